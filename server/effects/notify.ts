import type { NotifyEffect } from '../../engine/effect.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { MailAttachment } from '../mail/mail-sender.ts';
import { canonicalJson } from '../canonical-json.ts';
import { readCommit, requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { isAskedNow } from './is-asked-now.ts';
import { mailAboutInstance, type MailedPeople } from './mail-about-instance.ts';
import { noteInHistory } from './note.ts';

/**
 * Sends the mail that a step asked for, and records whom it reached. Nobody is told of their own doing,
 * unless it led to where something is asked of them; papers go to everybody.
 */
export async function notify(services: Services, task: Task): Promise<void> {
  const effect = task.detail as unknown as NotifyEffect;
  const head = await requireHead(services.store, services.workflows, task.instance);
  const { attach } = effect;
  const ledOn = await ledToAnotherPlace(services, task);
  const pdf = typeof attach === 'string' ? await attachmentOf(services, task, attach) : null;
  const mailed = await mailAboutInstance(services, {
    ...effect,
    task,
    head,
    ...(pdf === null
      ? { toWhoActed: (recipient, scope) => ledOn && isAskedNow(head, scope, recipient) }
      : { attachments: [pdf], with: { ...effect.with, attached: true } }),
  });
  await noteMail(services, task, effect.template, mailed);
}

/** Whether the step that asked for the mail brought the record to another place. */
async function ledToAnotherPlace(
  { store }: Pick<Services, 'store'>,
  { instance, seq }: Task,
): Promise<boolean> {
  const [before, after] = await Promise.all([
    store.commits.get(instance, seq - 1),
    store.commits.get(instance, seq),
  ]);
  const [was, is] = [before, after].map((stored) => stored && readCommit(stored).snapshot.value);
  return canonicalJson(was ?? null) !== canonicalJson(is ?? null);
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
  { people, refused, spared }: MailedPeople,
  more: JsonObject = {},
  nobody = 'Nobody could be told: nobody has that role yet',
): Promise<void> {
  // They know of it, and the history holds what they did.
  if (spared && people.length === 0 && refused.length === 0) return;
  const facts = { ...more, what: 'mail', template, people: [...people], refused: [...refused] };
  const story =
    people.length > 0
      ? 'E-mail sent to {people}'
      : refused.length > 0
        ? 'E-mail could not be delivered to {refused}'
        : nobody;
  await noteInHistory(services, task, story, facts);
}
