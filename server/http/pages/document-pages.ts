import type { Request, Response, Router } from 'express';
import { readDocument, type ReadDocument } from '../../use-cases/read-document.ts';
import { viewOf } from '../../use-cases/read-instance.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { instanceFrame } from './instance-frame.ts';

/** Documents and uploads of an instance, for those who may see it. */
export function documentPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/instances/:id/documents/:hash', async (request, response) => {
    const asker = await signedIn(context, request);
    const { id, hash } = request.params;
    const document = await readDocument(services, asker, id, hash);
    // Only our own renderer makes HTML; an upload is never of that kind.
    if (document.info.mediaType !== 'text/html') return sendFile(request, response, document);
    const view = await viewOf(services, asker, document.visible);
    const reference = Object.values(view.documents).find(({ html }) => html === hash);
    const name = document.info.name.replace(/\.html$/u, '').replaceAll('-', ' ');
    const title = reference?.title ?? name.charAt(0).toUpperCase() + name.slice(1);
    const download = (of: string): string => `/instances/${id}/documents/${of}/download`;
    await sendPage(context, request, response, {
      view: 'pages/document',
      frame: await instanceFrame(services, view, title === view.title ? 'The text' : title),
      content: {
        heading: title,
        html: Buffer.from(document.bytes).toString('utf8'),
        old: !document.current,
        pdf: reference ? download(reference.pdf) : '',
        text: reference ? download(reference.text) : '',
      },
      asker,
    });
  });

  router.get('/instances/:id/documents/:hash/download', async (request, response) => {
    const asker = await signedIn(context, request);
    const { id, hash } = request.params;
    sendFile(request, response, await readDocument(services, asker, id, hash));
  });
}

/**
 * The bytes as they were stored. What others uploaded is only ever saved, never opened in the page;
 * the PDF we drew up may be shown by the browser. Kept by that browser alone, and asked for anew.
 */
function sendFile(
  request: Request,
  response: Response,
  { info, current, bytes }: ReadDocument,
): void {
  const { hash, mediaType, name } = info;
  const inline = current && mediaType === 'application/pdf' && !request.path.endsWith('/download');
  response.attachment(name);
  if (inline) {
    const header = String(response.get('content-disposition'));
    response.set('content-disposition', header.replace(/^attachment/u, 'inline'));
  }
  response.set({
    'cache-control': 'private, no-cache',
    etag: `"${hash}"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'content-type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
  });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.end(bytes);
}
