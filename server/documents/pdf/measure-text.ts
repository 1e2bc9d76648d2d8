import type { FontStyle, ParsedFont } from './pdf-fonts.ts';

/** Widths of text in a document's fonts, and which characters those fonts can print. */
export interface TextMeasure {
  /** Width in points; `text` is one word with the spaces that follow it. */
  width(text: string, style: FontStyle, size: number): number;
  canPrint(character: string): boolean;
}

/** Widths at 1,000 units are kept between documents: agreements use the same words again. */
const widths = new Map<string, number>();
const MOST_WIDTHS = 50_000;

export function createTextMeasure(
  document: PDFKit.PDFDocument,
  fonts: ReadonlyMap<FontStyle, ParsedFont>,
): TextMeasure {
  const every = [...fonts.values()];
  return {
    width(text, style, size) {
      const key = `${style}\n${text}`;
      let width = widths.get(key);
      if (width === undefined) {
        width = document.font(style).fontSize(1000).widthOfString(text);
        if (widths.size >= MOST_WIDTHS) widths.clear();
        widths.set(key, width);
      }
      return (width * size) / 1000;
    },
    canPrint: (character) =>
      every.every((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)),
  };
}
