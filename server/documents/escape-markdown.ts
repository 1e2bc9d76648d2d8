import { visibleText } from './visible-text.ts';

/**
 * Stands for a line break inside a value until the tree is built. Markdown knows no such character,
 * so a value of several lines cannot leave the table cell or list item it was put into;
 * `visibleText` has removed any that an author typed.
 */
export const LINE_BREAK_MARK = '\u2028';

/**
 * Makes any text stand for itself in Markdown. Every ASCII punctuation mark becomes a numeric
 * character reference: unlike a backslash, a reference is read by no block rule (lists, headings,
 * fences, tables, our own directives), so it cannot begin anything.
 */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .trim()
    .replace(/ {2,}/g, ' ')
    .replace(/[!-/:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/ *\n */g, LINE_BREAK_MARK);
}
