import { candidatesAt } from '../../engine/choose-transition.ts';
import type { AskEffect } from '../../engine/effect.ts';
import { eventForm } from '../../engine/event-form.ts';
import { owesWhatIsAsked, tells } from '../../engine/owing.ts';
import type { Recipient } from '../access/recipients.ts';
import { expiryOf } from '../expiry-of.ts';
import { newId, newToken } from '../new-id.ts';
import { type Head, requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import { askedLinkId } from '../store/asked-link-id.ts';
import type { LinkRecord } from '../store/link.ts';
import type { LinkStore } from '../store/link-store.ts';
import { newLink } from '../store/new-link.ts';
import type { Task } from '../store/task.ts';
import { linkAddress } from '../instance-address.ts';
import { isAskedNow } from './is-asked-now.ts';
import { mailAboutInstance } from './mail-about-instance.ts';
import { noteInHistory } from './note.ts';
import { tellWhenNobodyIsReached } from './nobody-reached.ts';
import { noteMail } from './notify.ts';

/**
 * Sends each person a link of their own: to decide once on one document, or to answer and comment. It
 * goes to those who owe it now: who has answered, or whose turn has not come, gets none.
 * The link's id follows from the task and the person; each sending mints a new token for it, and only
 * hashes of tokens are kept. Where the address was put right before the mail could leave, it has a link of its own.
 */
export async function ask(services: Services, task: Task): Promise<void> {
  const effect = task.detail as unknown as AskEffect;
  const head = await requireHead(services.store, services.workflows, task.instance);
  if (!isStillWaitedFor(head, effect.events)) {
    const story = 'Nobody was asked: it is not waited for any more';
    return noteInHistory(services, task, story, { template: effect.template });
  }
  const running = head.commit.timers.flatMap(
    ({ deadline }) => head.workflow.definition.deadlines?.[deadline] ?? [],
  );
  const mailed = await mailAboutInstance(services, {
    ...effect,
    task,
    head,
    dueAt: answerDue(head, effect.to),
    owes: (role, who, scope) => owesWhatIsAsked(running, role, who, scope),
    toWhoActed: (recipient, scope) => isAskedNow(head, scope, recipient, effect.events),
    byLink: true,
    linkFor: (recipient) => mintLink(services, task, effect, recipient),
  });
  const { to, of, person, events } = effect;
  const [event = ''] = events;
  await tellWhenNobodyIsReached(
    services,
    {
      task,
      head,
      to,
      of,
      ...(person === undefined ? {} : { person }),
      byLink: true,
      what: eventForm(head.workflow, event)?.label ?? head.workflow.definition.title,
      key: `nobody:${task.instance}:${task.seq}`,
    },
    mailed,
  );
  const nobody = 'Nobody was asked: nobody who has that role owes it now';
  await noteMail(services, task, effect.template, mailed, {}, nobody);
}

/** The record may have gone on before the mail could leave. */
function isStillWaitedFor({ workflow, commit }: Head, events: readonly string[]): boolean {
  const { snapshot } = commit;
  return (
    snapshot.status === 'active' &&
    candidatesAt(workflow, snapshot).some(({ event }) => events.includes(event))
  );
}

/** By when they are to answer: the next deadline that reminds or chases those who are asked. */
function answerDue({ commit, workflow }: Head, asked: readonly string[]): string | null {
  const deadlines = workflow.definition.deadlines ?? {};
  const theirs = commit.timers.flatMap(({ deadline, dueAt, firedAt }) => {
    const spec = deadlines[deadline];
    if (!spec || dueAt === null || firedAt !== null) return [];
    return tells(spec).some((role) => asked.includes(role)) ? [dueAt] : [];
  });
  return theirs.sort()[0] ?? null;
}

async function mintLink(
  { store, clock, config }: Services,
  task: Task,
  effect: AskEffect,
  { person, standing, role }: Recipient,
): Promise<string> {
  const token = newToken();
  const first = askedLinkId(task.id, person.id);
  const known = await newestLink(store.links, first);
  // what was made for an address at which the mail never arrived is closed for good
  const closed = known?.state === 'replaced' ? known : undefined;
  const now = clock.now();
  const fresh = newLink({
    id: closed ? newId() : first,
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
  const link = closed ? fresh : (known ?? fresh);
  await store.links.put({ ...link, tokenHashes: [...link.tokenHashes, sha256(token)] });
  if (closed) await store.links.put({ ...closed, replacedBy: link.id });
  return linkAddress(config.url, token);
}

/** The link under this id, or the one that was made in its place. */
async function newestLink(links: LinkStore, id: string): Promise<LinkRecord | undefined> {
  const link = await links.get(id);
  const next = link?.replacedBy ?? null;
  return next === null ? link : ((await newestLink(links, next)) ?? link);
}
