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

/** What PDFKit's types leave out: it takes a parsed font wherever it takes a file. */
interface FontHolder {
  font(source: unknown): unknown;
  registerFont(name: string, source: unknown): unknown;
  readonly _font: { readonly font: ParsedFont; layoutCache: ShapedWords };
}

/** Words as PDFKit has shaped them, by their text. */
type ShapedWords = Record<string, unknown>;

const parsed = new Map<string, ReadonlyMap<FontStyle, ParsedFont>>();
const shaped = new Map<string, ShapedWords>();
const MOST_SHAPED_WORDS = 20_000;

/**
 * Makes the four cuts of Source Sans 3 known to a PDF under the names of `FontStyle`. Files are parsed,
 * and words shaped, once a thread and not once a document: that is most of a document's cost.
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
    holder._font.layoutCache = shapedWords(`${directory}\n${style}`);
    fonts.set(style, font ?? holder._font.font);
  }
  parsed.set(directory, known ?? fonts);
  return fonts;
}

function shapedWords(key: string): ShapedWords {
  const known = shaped.get(key);
  if (known !== undefined && Object.keys(known).length < MOST_SHAPED_WORDS) return known;
  const words = Object.create(null) as ShapedWords;
  shaped.set(key, words);
  return words;
}
