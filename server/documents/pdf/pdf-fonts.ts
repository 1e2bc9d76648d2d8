import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type FontStyle = 'regular' | 'bold' | 'italic' | 'bold-italic';

const FILES: Readonly<Record<FontStyle, string>> = {
  regular: 'SourceSans3-Regular.ttf',
  bold: 'SourceSans3-Bold.ttf',
  italic: 'SourceSans3-It.ttf',
  'bold-italic': 'SourceSans3-BoldIt.ttf',
};

/** What we use of the parsed font that pdfkit holds. */
export interface ParsedFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

/** pdfkit takes a parsed font wherever it takes a file; its types do not say so. */
interface FontHolder {
  font(source: unknown): unknown;
  registerFont(name: string, source: unknown): unknown;
  readonly _font: { readonly font: ParsedFont };
}

const parsed = new Map<string, ReadonlyMap<FontStyle, ParsedFont>>();

/**
 * Makes the four cuts of Source Sans 3 known to a PDF under the names of `FontStyle`. Font files are
 * parsed once a thread: that is most of the cost of a short document.
 */
export function registerFonts(
  document: PDFKit.PDFDocument,
  directory: string,
): ReadonlyMap<FontStyle, ParsedFont> {
  const holder = document as unknown as FontHolder;
  const known = parsed.get(directory);
  const fonts = new Map<FontStyle, ParsedFont>();
  for (const style of Object.keys(FILES) as FontStyle[]) {
    const font = known?.get(style);
    holder.registerFont(style, font ?? readFileSync(join(directory, FILES[style])));
    holder.font(style);
    fonts.set(style, font ?? holder._font.font);
  }
  parsed.set(directory, known ?? fonts);
  return fonts;
}
