import type { DocumentEffect } from '../../engine/effect.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { RenderRequest } from '../documents/rendered-document.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { nameIds } from '../access/name-ids.ts';
import { noteInHistory } from './note.ts';

/**
 * Renders the document a step asked for and stores it before anybody is asked to decide on it. The
 * time it bears is the task's, so that rendering it again gives the same bytes. One that comes after a
 * newer text was asked for, or when what waited for it was left, is put aside, which the history tells.
 */
export async function makeDocument(services: Services, task: Task): Promise<void> {
  const { store, runtime, documents } = services;
  const effect = task.detail as unknown as DocumentEffect;
  const head = await requireHead(store, services.workflows, task.instance);
  const { origin } = head.commit;
  const data = (await nameIds(store, task.instance, effect.data)) as JsonObject;
  const { template, title, attachments } = effect;
  const named = await Promise.all(
    attachments.map(async (attachment) => ({
      template: attachment.template,
      data: await nameIds(store, task.instance, attachment.data),
    })),
  );
  const request: RenderRequest = {
    template,
    data,
    at: task.dueAt,
    timeZone: origin.timeZone,
    title,
    attachments: named,
  };
  const rendered = await documents.render(request);
  const changes = await changesSince(
    services,
    effect.since ?? head.commit.snapshot.documents[effect.name]?.request,
    request,
  );
  const about = {
    createdAt: task.dueAt,
    partnership: origin.partnership,
    instance: task.instance,
  };
  const file = fileName(title);
  const [html, pdf, text, source] = await Promise.all([
    store.documents.put(Buffer.from(rendered.html), {
      ...about,
      mediaType: 'text/html',
      name: `${file}.html`,
    }),
    store.documents.put(rendered.pdf, {
      ...about,
      mediaType: 'application/pdf',
      name: `${file}.pdf`,
    }),
    store.documents.put(Buffer.from(rendered.text), {
      ...about,
      mediaType: 'text/plain',
      name: `${file}.txt`,
    }),
    store.documents.put(Buffer.from(JSON.stringify(request)), {
      ...about,
      mediaType: 'application/json',
      name: `${file}.json`,
    }),
  ]);
  const compared =
    changes === null
      ? null
      : await store.documents.put(Buffer.from(changes), {
          ...about,
          mediaType: 'text/html',
          name: `${file}-changes.html`,
        });
  const document = {
    title,
    html: html.hash,
    pdf: pdf.hash,
    text: text.hash,
    manifest: rendered.manifest.hash,
    at: task.dueAt,
    request: source.hash,
    ...(compared ? { changes: compared.hash } : {}),
  };
  const { name, asked, awaited } = effect;
  const { manifest } = document;
  const answer = await runtime.send({
    instance: task.instance,
    event: { type: `effect.document.${name}`, manifest, document, asked, awaited },
    source: { kind: 'engine' },
    by: null,
    cause: { kind: 'task', task: task.id },
    idempotencyKey: task.id,
  });
  if (answer.taken) return;
  await noteInHistory(services, task, 'Put aside, for the text has been changed since: {title}', {
    what: 'document-overtaken',
    title,
    name,
    manifest,
  });
}

/**
 * What a reader of an earlier version has to look at again, by the hash of what that was drawn from;
 * null when there was none.
 */
async function changesSince(
  { store, documents }: Services,
  before: string | undefined,
  after: RenderRequest,
): Promise<string | null> {
  const source = before === undefined ? undefined : await store.documents.bytes(before);
  if (!source) return null;
  const earlier = JSON.parse(Buffer.from(source).toString()) as RenderRequest;
  // Another template is another document; there is nothing to set side by side.
  if (earlier.template !== after.template) return null;
  return (await documents.compare({ before: earlier, after })).html;
}

/** The title as a file name. However long it is, which copy it is stays at its end. */
function fileName(title: string): string {
  const [, own = title, copy = ''] = /^(.*?)(\([^()]*\))?\s*$/u.exec(title) ?? [];
  const plain = (text: string): string =>
    text
      .normalize('NFKD')
      .replaceAll(/[^\w -]/gu, '')
      .trim()
      .replaceAll(/\s+/gu, '-');
  const ending = plain(copy) === '' ? '' : `-${plain(copy)}`;
  const name = plain(own).slice(0, 80 - ending.length) + ending;
  return name.toLowerCase() || 'document';
}
