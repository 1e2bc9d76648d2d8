import { breakLines } from './break-lines.ts';
import type { TextMeasure } from './measure-text.ts';
import type { PagePainter } from './page-painter.ts';
import { COLOUR, PAGE, SIZE, TEXT_WIDTH } from './page-style.ts';

export interface RunningText {
  readonly title: string;
  readonly textHash: string;
  readonly page: number;
  readonly pages: number;
}

/** The lines above and below every page: which document, which text, which page of how many. */
export function paintRunningText(
  document: PDFKit.PDFDocument,
  painter: PagePainter,
  measure: TextMeasure,
  running: RunningText,
): void {
  const size = SIZE.running;
  const lineOf = (text: string, width: number) =>
    breakLines([{ type: 'text', text }], measure, { size, width });
  const paint = (text: string, y: number, align: 'left' | 'right'): void => {
    const lines = lineOf(text, TEXT_WIDTH - 12);
    const [line = { fragments: [], width: 0 }] = lines;
    const start = align === 'left' ? PAGE.left : PAGE.left + TEXT_WIDTH - line.width;
    const at = { y, size, colour: COLOUR.muted };
    for (const fragment of line.fragments) {
      painter.paintText(fragment, { ...at, x: start + fragment.x });
    }
    // A long title is cut at a word, so that it keeps to one line.
    if (lines.length > 1) {
      const more = { text: '…', x: 0, width: 0, style: 'regular' } as const;
      painter.paintText(more, { ...at, x: start + line.width });
    }
  };
  painter.paintArtifact('Pagination', () => {
    if (running.page > 1) {
      paint(running.title.replace(/\s+/g, ' '), 44, 'left');
      document.rect(PAGE.left, 60, TEXT_WIDTH, 0.5).fill(COLOUR.rule);
    }
    const y = PAGE.height - 52;
    document.rect(PAGE.left, y - 6, TEXT_WIDTH, 0.5).fill(COLOUR.rule);
    paint(`Fingerprint of this document: ${running.textHash}`, y, 'left');
    paint(`Page ${running.page} of ${running.pages}`, y, 'right');
  });
}
