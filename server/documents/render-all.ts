import { join } from 'node:path';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import { documentToHtml } from './document-to-html.ts';
import { documentToText } from './document-to-text.ts';
import { documentToPdf } from './pdf/document-to-pdf.ts';
import { changesToHtml } from './changes-to-html.ts';
import { compareDocuments } from './compare-documents.ts';
import type { DocumentTree } from './document-tree.ts';
import type {
  CompareRequest,
  ComparedDocuments,
  RenderedDocument,
  RenderRequest,
} from './rendered-document.ts';
import { renderDocument } from './render-document.ts';
import type { TemplateLibrary } from './template-library.ts';

/**
 * Draws a document in all three forms and its manifest, in this thread. Servers use
 * `createDocumentRenderer`, which does the same in a thread of its own.
 */
export async function renderAll(
  library: TemplateLibrary,
  libraryDirectory: string,
  request: RenderRequest,
): Promise<RenderedDocument> {
  const template = library.get(request.template);
  const tree = drawTree(library, request);
  const html = documentToHtml(tree);
  const text = documentToText(tree);
  const { data, at, attachments = [] } = request;
  const dataJson = canonicalJson(attachments.length === 0 ? data : { document: data, attachments });
  const pdf = await documentToPdf(tree, {
    createdAt: at,
    language: 'en-GB',
    fontDirectory: join(libraryDirectory, 'fonts'),
    attach: [
      {
        name: `${template.file.id}.json`,
        description: 'The data this document was drawn from',
        mediaType: 'application/json',
        content: new TextEncoder().encode(dataJson),
      },
    ],
  });
  const parts = {
    template: { id: template.key, version: template.file.version, hash: template.hash },
    dataHash: sha256(dataJson),
    htmlHash: sha256(html),
    textHash: sha256(text),
    pdfHash: sha256(pdf),
  };
  return { html, text, pdf, manifest: { ...parts, hash: sha256(canonicalJson(parts)) } };
}

/** What changed between two versions of a document, as data and as HTML. */
export function compareAll(library: TemplateLibrary, request: CompareRequest): ComparedDocuments {
  const changes = compareDocuments(
    drawTree(library, request.before),
    drawTree(library, request.after),
  );
  return { changes, html: changesToHtml(changes) };
}

function drawTree(library: TemplateLibrary, request: RenderRequest): DocumentTree {
  const { template, attachments = [], ...rest } = request;
  return renderDocument({
    ...rest,
    template: library.get(template),
    attachments: attachments.map((attachment) => {
      return { template: library.get(attachment.template), data: attachment.data };
    }),
  });
}
