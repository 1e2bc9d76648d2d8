/** A4 in points, and the measures of our pages. */
export const PAGE = {
  width: 595.28,
  height: 841.89,
  left: 68,
  right: 68,
  top: 84,
  bottom: 82,
} as const;

export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** Sizes in points. */
export const SIZE = {
  title: 25,
  section: 14,
  heading: 11.5,
  body: 10.5,
  contents: 10,
  table: 9.5,
  running: 8,
} as const;

/** Text is in the first three, each at least 4.5:1 on white; the others are rules and grounds. */
export const COLOUR = {
  ink: '#0b0c0c',
  muted: '#505a5f',
  accent: '#1d4f91',
  rule: '#b1b4b6',
  faint: '#d8dadb',
  ground: '#f3f2f1',
} as const;

export const LINE_HEIGHT = 1.4;

/** How far the text of numbered clauses stands in from their number. */
export const NUMBER_GUTTER = 36;
export const LETTER_GUTTER = 24;
export const BULLET_GUTTER = 16;
