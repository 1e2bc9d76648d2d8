import type { NotifyEffect } from '../../engine/effect.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { MailAttachment } from '../mail/mail-sender.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { mailAboutInstance, type MailedPeople } from './mail-about-instance.ts';
import { noteInHistory } from './note.ts';

/** Sends the mail that a step asked for, and records whom it reached. */
export async function notify(services: Services, task: Task): Promise<void> {
  const effect = task.detail as unknown as NotifyEffect;
  const head = await requireHead(services.store, services.workflows, task.instance);
  const { attach } = effect;
  const pdf = typeof attach === 'string' ? await attachmentOf(services, task, attach) : null;
  const mailed = await mailAboutInstance(services, {
    ...effect,
    task,
    head,
    ...(pdf === null ? {} : { attachments: [pdf], with: { ...effect.with, attached: true } }),
  });
  await noteMail(services, task, effect.template, mailed);
}

/** A stored document as it goes with a mail; null when it is not there (any more). */
async function attachmentOf(
  { store }: Services,
  { instance }: Task,
  hash: string,
): Promise<MailAttachment | null> {
  const info = await store.documents.info(hash, instance);
  const content = info && (await store.documents.bytes(hash));
  return content ? { name: info.name, mediaType: info.mediaType, content } : null;
}

/** Records who was written to; when nobody was, the history says so rather than staying silent. */
export async function noteMail(
  services: Pick<Services, 'runtime'>,
  task: Task,
  template: string,
  { people, refused }: MailedPeople,
  more: JsonObject = {},
  nobody = 'Nobody could be told: nobody has that role yet',
): Promise<void> {
  const facts = { ...more, what: 'mail', template, people: [...people], refused: [...refused] };
  const story =
    people.length > 0
      ? 'E-mail sent to {people}'
      : refused.length > 0
        ? 'E-mail could not be delivered to {refused}'
        : nobody;
  await noteInHistory(services, task, story, facts);
}
