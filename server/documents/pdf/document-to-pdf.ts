// oxlint-disable-next-line import/no-named-as-default -- its types know the default export only
import PDFDocument from 'pdfkit';
import { sha256 } from '../../sha256.ts';
import type { DocumentTree } from '../document-tree.ts';
import { documentToText } from '../document-to-text.ts';
import { layOutDocument } from './lay-out-document.ts';
import { createTextMeasure, type TextMeasure } from './measure-text.ts';
import type { StructureNode } from './page-box.ts';
import { createPagePainter } from './page-painter.ts';
import { PAGE } from './page-style.ts';
import { type Page, paginate } from './paginate.ts';
import { paintRunningText } from './paint-running-text.ts';
import { registerFonts } from './pdf-fonts.ts';
import { addPdfUaMetadata } from './pdf-metadata.ts';

export interface PdfOptions {
  /** ISO instant; stands in the file, so that the same document gives the same bytes. */
  readonly createdAt: string;
  /** BCP 47, e.g. `en-GB`. */
  readonly language: string;
  /** Folder of the four Source Sans 3 files. */
  readonly fontDirectory: string;
  /** Data files inside the PDF, such as the terms of an agreement as JSON. */
  readonly attach?: readonly PdfAttachment[];
}

interface PdfAttachment {
  readonly name: string;
  readonly description: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/**
 * The document as a tagged PDF that is both PDF/A-3a and PDF/UA-1: contents with page numbers and
 * links, bookmarks, embedded fonts, page numbers and the hash of its text on every page. The same
 * tree and options give the same bytes.
 */
export async function documentToPdf(tree: DocumentTree, options: PdfOptions): Promise<Uint8Array> {
  const createdAt = new Date(options.createdAt);
  const textHash = sha256(documentToText(tree));
  const document = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    lang: options.language,
    displayTitle: true,
    // None to begin with: PDFKit would take Helvetica, which cannot be embedded.
    font: null as unknown as string,
    info: {
      Title: tree.shortTitle,
      Keywords: `sha256:${textHash}`,
      Creator: 'Concordat',
      Producer: 'Concordat with PDFKit',
      CreationDate: createdAt,
      ModDate: createdAt,
    },
  });
  const bytes = collect(document);
  addPdfUaMetadata(document);
  Object.assign(document, {
    outline: Object.assign(document.outline, { options: { expanded: true } }),
  });
  const fonts = registerFonts(document, options.fontDirectory);
  const root: StructureNode = { type: 'Document', parent: undefined };
  const measure = createTextMeasure(document, fonts);
  const boxes = layOutDocument(tree, measure, root);
  const pages = paginate(boxes, PAGE.top, PAGE.height - PAGE.bottom);
  paint(document, pages, { tree, textHash, root, measure });
  for (const file of options.attach ?? []) {
    // PDFKit knows `relationship`, which PDF/A-3 asks for; its types do not.
    const description = {
      name: file.name,
      type: file.mediaType,
      description: file.description,
      relationship: 'Data',
      creationDate: createdAt,
      modifiedDate: createdAt,
    };
    document.file(Buffer.from(file.content), description);
  }
  document.end();
  return bytes;
}

function paint(
  document: PDFKit.PDFDocument,
  pages: readonly Page[],
  context: { tree: DocumentTree; textHash: string; root: StructureNode; measure: TextMeasure },
): void {
  const pageOfAnchor = new Map<string, number>();
  for (const [index, page] of pages.entries()) {
    for (const { box, isRepeat } of page) {
      if (isRepeat) continue;
      for (const anchor of box.anchors ?? []) pageOfAnchor.set(anchor, index + 1);
    }
  }
  let painter: ReturnType<typeof createPagePainter> | undefined;
  for (const [index, page] of pages.entries()) {
    document.addPage();
    painter ??= createPagePainter(document, { pageOfAnchor, root: context.root });
    for (const { box, y, isRepeat } of page) {
      const decorations = box.decorations ?? [];
      if (decorations.length > 0) {
        painter.paintArtifact('Layout', () => {
          for (const decoration of decorations) painter?.paintDecoration(decoration, y);
        });
      }
      if (isRepeat) {
        paintRepeat(painter, box, y);
        continue;
      }
      for (const anchor of box.anchors ?? []) {
        document.addNamedDestination(
          anchor,
          'XYZ',
          0,
          Math.max(0, y - 12),
          null as unknown as number,
        );
      }
      if (box.bookmark !== undefined) addBookmark(document, box.bookmark, y);
      for (const piece of box.pieces) painter.paintPiece(piece, y);
    }
    paintRunningText(document, painter, context.measure, {
      title: context.tree.shortTitle,
      textHash: context.textHash,
      page: index + 1,
      pages: pages.length,
    });
    painter.finishPage();
  }
}

/** The head of a table on a later page: seen, but already read. */
function paintRepeat(
  painter: ReturnType<typeof createPagePainter>,
  box: Page[number]['box'],
  y: number,
): void {
  painter.paintArtifact('Pagination', () => {
    for (const piece of box.pieces) {
      for (const fragment of piece.line?.fragments ?? []) {
        painter.paintText(fragment, { ...piece, x: piece.x + fragment.x, y: y + piece.dy });
      }
    }
  });
}

function addBookmark(document: PDFKit.PDFDocument, title: string, y: number): void {
  // PDFKit counts `left` from the right edge of the page, hence the width for the left edge.
  const place = { fit: false, top: Math.max(0, y - 12), left: PAGE.width };
  document.outline.addItem(
    title,
    place as unknown as Parameters<typeof document.outline.addItem>[1],
  );
}

function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('error', reject);
    document.on('end', () => {
      const all = Buffer.concat(chunks);
      resolve(new Uint8Array(all.buffer, all.byteOffset, all.byteLength));
    });
  });
}
