import { Temporal } from 'temporal-polyfill';
import type { AskEffect } from '../../engine/effect.ts';
import type { Recipient } from '../access/recipients.ts';
import { derivedId, newToken } from '../new-id.ts';
import { type Head, requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import { newLink } from '../store/new-link.ts';
import type { Task } from '../store/task.ts';
import { linkAddress } from './instance-address.ts';
import { mailAboutInstance } from './mail-about-instance.ts';
import { noteMail } from './notify.ts';

/**
 * Sends each person a link of their own: to decide once on one document, or to answer and comment.
 * The link's id follows from the task and the person; each sending mints a new token for it, and only
 * hashes of tokens are kept.
 */
export async function ask(services: Services, task: Task): Promise<void> {
  const effect = task.detail as unknown as AskEffect;
  const head = await requireHead(services.store, services.workflows, task.instance);
  const mailed = await mailAboutInstance(services, {
    ...effect,
    task,
    head,
    dueAt: answerDue(head, effect.to),
    linkFor: (recipient) => mintLink(services, task, effect, recipient),
  });
  await noteMail(services, task, effect.template, mailed);
}

/** By when they are to answer: the next deadline that reminds or chases those who are asked. */
function answerDue({ commit, workflow }: Head, asked: readonly string[]): string | null {
  const deadlines = workflow.definition.deadlines ?? {};
  const theirs = commit.timers.flatMap(({ deadline, dueAt, firedAt }) => {
    const spec = deadlines[deadline];
    if (!spec || dueAt === null || firedAt !== null) return [];
    const told = [...(spec.reminders ?? []).flatMap(({ to }) => to), ...(spec.chases?.to ?? [])];
    return told.some((role) => asked.includes(role)) ? [dueAt] : [];
  });
  return theirs.sort()[0] ?? null;
}

async function mintLink(
  { store, clock, config }: Services,
  task: Task,
  effect: AskEffect,
  { person, standing, role }: Recipient,
): Promise<string> {
  const id = derivedId('link', task.id, person.id);
  const token = newToken();
  const known = await store.links.get(id);
  const now = clock.now();
  const fresh = newLink({
    id,
    purpose: effect.once ? 'decide' : 'take-part',
    person: person.id,
    organisation: standing.organisation,
    instance: task.instance,
    events: effect.events,
    document: effect.document,
    manifest: effect.manifest,
    role,
    tokenHashes: [],
    needsCode: effect.code,
    createdAt: now,
    expiresAt: expiryOf(task.dueAt, effect.expires),
  });
  const link = known ?? fresh;
  await store.links.put({ ...link, tokenHashes: [...link.tokenHashes, sha256(token)] });
  return linkAddress(config.url, token);
}

/** When a link made at this instant ends; counted in the calendar, in UTC. */
export function expiryOf(at: string, duration: string): string {
  return Temporal.Instant.from(at)
    .toZonedDateTimeISO('UTC')
    .add(duration)
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });
}
