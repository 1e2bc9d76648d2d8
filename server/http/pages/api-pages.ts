import type { Router } from 'express';
import { presentApiReference } from '../../../web/presenters/api-reference.ts';
import { API_BASE, codesOf } from '../api/open-api-document.ts';
import { OPERATIONS } from '../api/operations.ts';
import { type PageContext, sendPage } from '../page-context.ts';
import { statusOfError } from '../status-of-error.ts';
import { titleOfError } from '../title-of-error.ts';

/** The reference of the JSON API for people, made from the operations that are served. */
export function apiPages(context: PageContext, router: Router): void {
  const base = `${context.services.config.url}${API_BASE}`;
  let content: object | undefined;

  router.get('/api', async (request, response) => {
    // made when it is first asked for: a start has no time for it
    content ??= referenceOf(base);
    const page = { view: 'pages/api-reference', frame: { title: 'API' }, content };
    await sendPage(context, request, response, page);
  });
}

function referenceOf(base: string): object {
  const operations = OPERATIONS.map((operation) => ({ ...operation, codes: codesOf(operation) }));
  const codes = [...new Set(operations.flatMap((operation) => operation.codes))];
  const everywhere = ['method-not-allowed', 'internal'] as const;
  return {
    heading: 'API',
    base,
    openapi: `${API_BASE}/openapi.json`,
    lead: [
      'Programs can do here what people do on the pages, with the same permissions. Each request carries a person’s token as the header “Authorization: Bearer …”; an administrator makes one with “npx concordat token”.',
      'Requests and answers are JSON. Every write is durable before it is answered, and whatever is read next shows it.',
      'Send each write with an “Idempotency-Key” of its own. When an answer is lost, send the same again: it is done once, and the first answer comes back.',
    ],
    reference: presentApiReference({ operations, base }),
    errors: [...codes, ...everywhere]
      .map((code) => ({ code, status: statusOfError(code), title: titleOfError(code) }))
      .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1)),
    errorLead: [
      'Nothing was recorded then. The answer is a problem document (RFC 9457): “detail” says what is wrong and what to do, “code” is for programs. With “gate-not-met”, “unmet” lists everything that is still to be done; with “invalid-input”, “problems” points at what is wrong.',
    ],
  };
}
