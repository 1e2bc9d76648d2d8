import type { DocumentEffect } from '../../engine/effect.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { nameIds } from './name-ids.ts';

/**
 * Renders the document a step asked for and stores it before anybody is asked to decide on it. The
 * time it bears is the task's, so that rendering it again gives the same bytes.
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
  const rendered = await documents.render({
    template,
    data,
    at: task.dueAt,
    timeZone: origin.timeZone,
    title,
    attachments: named,
  });
  const about = {
    createdAt: task.dueAt,
    partnership: origin.partnership,
    instance: task.instance,
  };
  const file = fileName(title);
  const [html, pdf, text] = await Promise.all([
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
  ]);
  const document = {
    title,
    html: html.hash,
    pdf: pdf.hash,
    text: text.hash,
    manifest: rendered.manifest.hash,
    at: task.dueAt,
  };
  await runtime.send({
    instance: task.instance,
    event: { type: `effect.document.${effect.name}`, manifest: document.manifest, document },
    source: { kind: 'engine' },
    by: null,
    cause: { kind: 'task', task: task.id },
    idempotencyKey: task.id,
  });
}

function fileName(title: string): string {
  const plain = title.normalize('NFKD').replaceAll(/[^\w -]/gu, '');
  return plain.trim().replaceAll(/\s+/gu, '-').slice(0, 80).toLowerCase() || 'document';
}
