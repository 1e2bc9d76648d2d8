import { isConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { placeOf } from '../../engine/place.ts';
import type { Scope } from '../../engine/scope.ts';
import { recipientsOf, type Recipient } from '../access/recipients.ts';
import type { PersonStanding } from '../access/standing.ts';
import { formatMailDate } from '../../web/presenters/format-date.ts';
import type { MailAttachment } from '../mail/mail-sender.ts';
import { type Head, readCommit, scopeAtHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Actor } from '../store/commit.ts';
import type { Task } from '../store/task.ts';
import { instanceAddress } from '../instance-address.ts';
import { nameIds, titleInWords } from '../access/name-ids.ts';
import { sendMail, wasSent } from '../mail/send-mail.ts';

export interface MailAboutInstance {
  readonly task: Task;
  readonly head: Head;
  readonly to: readonly string[];
  readonly of: string | null;
  readonly template: string;
  readonly with: JsonObject;
  /** UTC instant of the deadline the mail is about. */
  readonly dueAt?: string | null;
  /** Nobody but this person. */
  readonly person?: string;
  /** Whether they still owe what the mail is about, in that role; all do when it is not said. */
  readonly owes?: (role: string, standing: PersonStanding, scope: Scope) => boolean;
  /** Whether it goes to whoever's doing it tells of, too: they know of it already. */
  readonly toWhoActed?: (recipient: Recipient, scope: Scope) => boolean;
  readonly attachments?: readonly MailAttachment[];
  /** Also to whoever may not see the record: each gets a link of their own. */
  readonly byLink?: boolean;
  /** The recipient's personal link, if the mail carries one. */
  readonly linkFor?: (recipient: Recipient) => Promise<string | undefined>;
}

/** Who was written to, for the history. */
export interface MailedPeople {
  readonly people: readonly string[];
  /** Addresses that will never take a mail. */
  readonly refused: readonly string[];
  /** Somebody got none because it tells of their own doing. */
  readonly spared: boolean;
}

/**
 * Writes to everybody who holds one of the roles; each gets the mail once under the task's key. One
 * whose mailbox cannot take it now keeps it from nobody else: all are tried, and then the first
 * failure is thrown, so that the task comes again for those who are left.
 */
export async function mailAboutInstance(
  services: Services,
  mail: MailAboutInstance,
): Promise<MailedPeople> {
  const { store, clock, config } = services;
  const { head, task } = mail;
  const scope = scopeAtHead(head, clock.now());
  const recipients = await recipientsOf(store, head, scope, {
    to: mail.to,
    of: mail.of,
    byLink: mail.byLink === true,
    ...(mail.person === undefined ? {} : { only: mail.person }),
    ...(mail.owes ? { owes: (role, who) => mail.owes?.(role, who, scope) === true } : {}),
  });
  const { origin, snapshot } = head.commit;
  const by = await whoseDoing(services, task);
  const partnership =
    origin.partnership === null ? undefined : await store.directory.partnership(origin.partnership);
  const shown = (await nameIds(store, head.commit.instance, mail.with)) as JsonObject;
  const row = await store.instances.get(head.commit.instance);
  const title = await titleInWords(store, row?.title ?? head.workflow.definition.title);
  const actor = by ? await store.directory.person(by.person) : undefined;
  const people: string[] = [];
  const refused: string[] = [];
  const failures: Error[] = [];
  let unanswered = 0;
  let spared = false;
  for (const recipient of recipients) {
    const { person, standing } = recipient;
    const own = by?.person === person.id;
    if (own && mail.toWhoActed?.(recipient, scope) === false) {
      spared = true;
      continue;
    }
    if (await wasSent(services, task.id, person.id)) {
      people.push(person.id);
      continue;
    }
    // Of a mail server that does not answer, time and again, the others are not tried either.
    if (unanswered === 2) break;
    const organisation = await organisationName(services, standing.organisation);
    const link = await mail.linkFor?.(recipient);
    try {
      await sendMail(services, {
        key: task.id,
        template: mail.template,
        person,
        organisation,
        with: shown,
        instance: {
          id: head.commit.instance,
          title,
          state: placeOf(head.workflow, snapshot, scope).title,
        },
        ...(partnership ? { partnership } : {}),
        ...(mail.dueAt ? { due: dueInWords(mail.dueAt, origin.timeZone, task, clock.now()) } : {}),
        ...(actor && by
          ? {
              actor: {
                name: actor.name,
                organisation: await organisationName(services, by.organisation),
                ...(own ? { self: true } : {}),
              },
            }
          : {}),
        url: instanceAddress(config.url, head.commit.instance),
        ...(link === undefined ? {} : { link }),
        ...(mail.attachments ? { attachments: mail.attachments } : {}),
        task: task.id,
      });
      people.push(person.id);
      unanswered = 0;
    } catch (error) {
      if (isConcordatError(error) && error.code === 'mail-refused') refused.push(person.id);
      else if (error instanceof Error) failures.push(error);
      else throw error;
      unanswered = isUnanswered(error) ? unanswered + 1 : 0;
    }
  }
  const [failure] = failures;
  if (failure) throw failure;
  return { people, refused, spared };
}

/**
 * By when, as a mail says it. One that was held up (the server was switched off, the mail server away)
 * asks for nothing by a date that has passed without saying so; a chase speaks of little else.
 */
function dueInWords(dueAt: string, timeZone: string, { kind }: Task, now: string): string {
  const words = formatMailDate(dueAt, timeZone);
  return dueAt <= now && kind !== 'chase' ? `${words}, which has passed` : words;
}

/**
 * Who took the step that asks for this mail; the head may be somebody else's by now. A document that
 * was drawn up first comes back as a commit of its own: then it is whoever asked for the document.
 */
async function whoseDoing(
  { store }: Pick<Services, 'store'>,
  { instance, seq }: Pick<Task, 'instance' | 'seq'>,
): Promise<Actor | null> {
  const stored = await store.commits.get(instance, seq);
  if (!stored) return null;
  const { by, cause } = readCommit(stored);
  if (by !== null || cause.kind !== 'task') return by;
  const made = await store.tasks.get(cause.task);
  return made?.kind === 'document' && made.instance === instance && made.seq < seq
    ? whoseDoing({ store }, made)
    : null;
}

/** The mail server said nothing at all: it is not this mail or this address that it minds. */
function isUnanswered(error: unknown): boolean {
  return isConcordatError(error) && error.code === 'mail-unavailable' && !error.details['reply'];
}

async function organisationName(
  { store }: Pick<Services, 'store'>,
  id: string | null,
): Promise<string | null> {
  return id === null ? null : ((await store.directory.organisation(id))?.name ?? null);
}
