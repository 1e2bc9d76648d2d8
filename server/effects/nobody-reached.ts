import { placeOf } from '../../engine/place.ts';
import type { Scope } from '../../engine/scope.ts';
import { recipientsOf } from '../access/recipients.ts';
import { namesById } from '../access/name-ids.ts';
import type { Head } from '../runtime/head.ts';
import { scopeAtHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { instanceAddress } from '../instance-address.ts';
import type { MailedPeople } from './mail-about-instance.ts';
import { mailWhoLooksAfter } from './mail-who-looks-after.ts';

export interface SentToWhom {
  readonly task: Task;
  readonly head: Head;
  readonly to: readonly string[];
  readonly of: string | null;
  readonly person?: string;
  /** Whoever is asked gets a personal link, and need not see the record otherwise. */
  readonly byLink: boolean;
  /** What was asked for, or is due, in words. */
  readonly what: string;
  /** Stable: whoever looks after it is told once under it. */
  readonly key: string;
}

/**
 * When a mail that asks for something reached nobody, whoever looks after the partnership is told at
 * once: nobody holds the role (they have left, or were never named), an organisation that is waited
 * for has nobody who does, or no address took it. Else it would wait in silence until the last chase.
 */
export async function tellWhenNobodyIsReached(
  services: Services,
  sent: SentToWhom,
  { people, refused }: MailedPeople,
): Promise<void> {
  const { store, clock, config } = services;
  const { task, head, to, of, person, byLink, what, key } = sent;
  const { definition } = head.workflow;
  const scope = scopeAtHead(head, clock.now());
  const holders = await recipientsOf(store, head, scope, {
    to,
    of,
    byLink,
    ...(person === undefined ? {} : { only: person }),
  });
  const reached = new Set(holders.map(({ standing }) => standing.organisation));
  const without = waitedFor(head, scope, of).filter((id) => !reached.has(id));
  const undelivered = people.length === 0 ? refused : [];
  if (holders.length > 0 && without.length === 0 && undelivered.length === 0) return;
  const names = await namesById(store);
  const named = (ids: readonly string[]): string[] => ids.map((id) => names.get(id) ?? id);
  await mailWhoLooksAfter(services, {
    key,
    task,
    template: 'nobody-reached',
    url: instanceAddress(config.url, task.instance),
    with: (sight, { title }) => ({
      // What is due in a record that they do not see can tell what stands in it.
      what: sight === null ? title : what,
      roles: to.map((role) => definition.roles[role]?.title ?? role),
      record: sight === 'concerned' ? null : title,
      // Which organisations a confidential record concerns is not for everybody.
      organisations: sight === 'concerned' ? named(without) : [],
      refused: sight === 'concerned' ? named(undelivered) : [],
    }),
  });
}

/** The organisations whose turn it is, as far as the mail was for them. */
function waitedFor({ workflow, commit }: Head, scope: Scope, of: string | null): readonly string[] {
  const { waitingFor } = placeOf(workflow, commit.snapshot, scope);
  const organisations = waitingFor.flatMap(({ items }) =>
    (items ?? []).flatMap(({ organisation }) => organisation ?? []),
  );
  return [...new Set(of === null ? organisations : [of])].filter((id) => id !== '');
}
