import type { Inline, TextRun } from '../document-tree.ts';
import type { TextMeasure } from './measure-text.ts';
import type { Fragment, TextLine } from './page-box.ts';
import type { FontStyle } from './pdf-fonts.ts';

/** A piece of text that cannot be split at its inside: part of a word, with what follows it. */
interface Part {
  readonly text: string;
  readonly style: FontStyle;
  readonly link: string | undefined;
  readonly actual: string | undefined;
  /** A line may end after it. */
  readonly breakAfter: boolean;
}

export interface LineOptions {
  readonly size: number;
  readonly width: number;
  /** Set all of it bold, as in headings. */
  readonly bold?: boolean;
}

/** Breaks inline content into lines no wider than `width` points; words longer than that are cut. */
export function breakLines(
  inlines: readonly Inline[],
  measure: TextMeasure,
  options: LineOptions,
): TextLine[] {
  const lines: TextLine[] = [];
  let line = new LineInProgress();
  const finish = (): void => {
    lines.push(line.done());
    line = new LineInProgress();
  };
  for (const word of words(inlines, measure, options.bold ?? false)) {
    if (word === 'break') {
      finish();
      continue;
    }
    const width = word.reduce((sum, part) => sum + inkWidth(part, measure, options.size), 0);
    if (line.width > 0 && line.width + width > options.width) finish();
    for (const part of cutToWidth(word, width, measure, options)) {
      const own = measure.width(part.text, part.style, options.size);
      if (width > options.width && line.width > 0 && line.width + own > options.width) finish();
      line.add(part, own);
    }
  }
  if (!line.isEmpty() || lines.length === 0) finish();
  return lines;
}

/** The width a line needs to hold all of the text, and the longest word in it, both in points. */
export function textWidths(
  inlines: readonly Inline[],
  measure: TextMeasure,
  size: number,
  bold: boolean,
): { longestLine: number; longestWord: number } {
  let longestLine = 0;
  let longestWord = 0;
  let line = 0;
  for (const word of words(inlines, measure, bold)) {
    if (word === 'break') {
      line = 0;
      continue;
    }
    const width = word.reduce((sum, part) => sum + measure.width(part.text, part.style, size), 0);
    line += width;
    longestWord = Math.max(longestWord, width);
    longestLine = Math.max(longestLine, line);
  }
  return { longestLine, longestWord };
}

class LineInProgress {
  width = 0;
  private readonly fragments: Fragment[] = [];

  isEmpty(): boolean {
    return this.fragments.length === 0;
  }

  add(part: Part, width: number): void {
    const last = this.fragments.at(-1);
    const joins =
      last !== undefined &&
      last.style === part.style &&
      last.link === part.link &&
      last.actual === undefined &&
      part.actual === undefined;
    if (joins) {
      this.fragments[this.fragments.length - 1] = {
        ...last,
        text: last.text + part.text,
        width: last.width + width,
      };
    } else {
      this.fragments.push({
        text: part.text,
        x: this.width,
        width,
        style: part.style,
        ...(part.link !== undefined && { link: part.link }),
        ...(part.actual !== undefined && { actual: part.actual }),
      });
    }
    this.width += width;
  }

  done(): TextLine {
    return { fragments: this.fragments, width: this.width };
  }
}

function inkWidth(part: Part, measure: TextMeasure, size: number): number {
  return measure.width(part.text.trimEnd(), part.style, size);
}

/** Parts up to and with the one after which a line may end. */
function* words(
  inlines: readonly Inline[],
  measure: TextMeasure,
  bold: boolean,
): Generator<Part[] | 'break'> {
  let word: Part[] = [];
  for (const inline of inlines) {
    if (inline.type === 'break') {
      if (word.length > 0) yield word;
      word = [];
      yield 'break';
      continue;
    }
    for (const part of partsOf(inline, measure, bold)) {
      word.push(part);
      if (part.breakAfter) {
        yield word;
        word = [];
      }
    }
  }
  if (word.length > 0) yield word;
}

/** A line may end after spaces, a slash or a dash, and at a hyphen between two real words. */
const BREAKS = /(?<= )(?! )|(?<=[/–—])(?! )|(?<=\p{L}{3}-)(?=\p{L}{3})/u;

function* partsOf(run: TextRun, measure: TextMeasure, bold: boolean): Generator<Part> {
  const strong = bold || run.strong === true;
  const style: FontStyle =
    run.emphasis === true ? (strong ? 'bold-italic' : 'italic') : strong ? 'bold' : 'regular';
  const pieces = run.text.split(BREAKS);
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const printable = splitPrintable(piece, measure);
    for (const [place, { text, actual }] of printable.entries()) {
      const ends = place === printable.length - 1;
      const breakAfter = ends && (!isLast || /[ /–—]$/u.test(piece));
      yield { text, style, link: run.link, actual, breakAfter };
    }
  }
}

/**
 * A character that the font lacks is printed as its code, `[U+4E2D]`, and carries itself along for
 * copying and reading aloud: nothing that was signed may vanish from the page, and PDF/A allows no
 * missing glyph.
 */
function splitPrintable(
  text: string,
  measure: TextMeasure,
): { text: string; actual: string | undefined }[] {
  const pieces: { text: string; actual: string | undefined }[] = [];
  let plain = '';
  for (const character of text.normalize('NFC')) {
    if (measure.canPrint(character)) {
      plain += character;
      continue;
    }
    if (plain !== '') pieces.push({ text: plain, actual: undefined });
    plain = '';
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    pieces.push({ text: `[U+${code}]`, actual: character });
  }
  if (plain !== '' || pieces.length === 0) pieces.push({ text: plain, actual: undefined });
  return pieces;
}

/** A word wider than the line is cut where the line ends, as an address or a hash may need. */
function* cutToWidth(
  word: readonly Part[],
  width: number,
  measure: TextMeasure,
  options: LineOptions,
): Generator<Part> {
  for (const part of word) {
    if (width <= options.width || part.actual !== undefined) {
      yield part;
      continue;
    }
    let text = '';
    for (const character of part.text) {
      if (
        text !== '' &&
        measure.width(text + character, part.style, options.size) > options.width
      ) {
        yield { ...part, text, breakAfter: true };
        text = '';
      }
      text += character;
    }
    yield { ...part, text };
  }
}
