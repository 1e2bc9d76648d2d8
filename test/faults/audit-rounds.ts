import { createHash } from 'node:crypto';
import { readCommit } from '../../server/runtime/head.ts';
import type { Commit } from '../../server/store/commit.ts';
import type { Store } from '../../server/store/store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import type { Acknowledged } from './approval-people.ts';
import type { TwoOrganisations } from './two-organisations.ts';

export interface Audit {
  /** Everything that is not as it has to be, in words. */
  readonly findings: readonly string[];
  /** Mails that came more than once, counted for each time too many. */
  readonly repeatedMails: number;
  /** What was acknowledged and is not in the history exactly once. */
  missing(ledger: readonly Acknowledged[]): readonly Acknowledged[];
}

interface RoundData {
  readonly subject: string;
  readonly approvals: readonly { readonly party: string }[];
  readonly notes: readonly { readonly text: string }[];
  readonly errands: readonly { readonly instance: string }[];
}

interface Written {
  readonly history: readonly Commit[];
  readonly hashes: readonly string[];
}

const NOWHERE: Written = { history: [], hashes: [] };

/** Goes through everything that is stored and mailed when all approval rounds are over. */
export async function auditRounds(input: {
  readonly store: Store;
  readonly mails: readonly { readonly messageId: string }[];
  readonly place: TwoOrganisations;
  readonly url: string;
}): Promise<Audit> {
  const { store, mails } = input;
  const { instances, findings: damage } = await verifyStore(store);
  const findings = damage.map(({ instance, seq, what }) => `${instance} ${seq ?? ''} ${what}`);
  const histories = new Map<string, readonly Commit[]>();
  /** By what was typed: the histories in which it stands, and the hashes of its commits. */
  const written = new Map<string, Written>();
  for (const { instance } of instances) {
    const stored = await store.commits.history(instance, { limit: 10_000 });
    const history = stored.map(readCommit);
    histories.set(instance, history);
    for (const [n, commit] of history.entries()) {
      const text = typedIn(commit);
      if (text === undefined) continue;
      const before = written.get(text) ?? NOWHERE;
      written.set(text, {
        history: [...before.history, ...history],
        hashes: [...before.hashes, stored[n]?.hash ?? ''],
      });
    }
  }
  const came = countOf(mails.map(({ messageId }) => messageId));
  for (const [instance, history] of histories) {
    for (const problem of problemsOf(history)) findings.push(`${instance}: ${problem}`);
    for (const id of mailsDue(history, input)) {
      if (!came.has(id)) findings.push(`${instance}: a mail never came, ${id}`);
    }
  }
  const now = new Date().toISOString();
  for (const { id, dueAt, lastError } of await store.tasks.list({ state: 'due', limit: 5_000 })) {
    if (dueAt <= now) findings.push(`the task ${id} was left undone: ${lastError ?? ''}`);
  }
  for (const { id, lastError } of await store.tasks.list({ state: 'parked', limit: 5_000 })) {
    findings.push(`the task ${id} was parked: ${lastError ?? ''}`);
  }
  return {
    findings,
    repeatedMails: [...came.values()].reduce((sum, times) => sum + times - 1, 0),
    missing: (ledger) =>
      ledger.filter(({ text, instance, reference, commit }) => {
        const { history, hashes } = written.get(text) ?? NOWHERE;
        const once = new Set(history.map(({ seq }) => seq)).size === history.length;
        const there = history.length > 0 && once;
        const same = instance === null || history[0]?.instance === instance;
        // what somebody keeps is the reference of what they did, whatever came after it
        const named = reference === null || hashes.some((hash) => hash.startsWith(reference));
        return !there || !same || !named || !holds(history, commit);
      }),
  };
}

/** The next commit cites the hash that was answered. */
function holds(history: readonly Commit[], commit: Acknowledged['commit']): boolean {
  if (!commit) return true;
  return history.some(({ seq, previous }) => seq === commit.seq + 1 && previous === commit.hash);
}

function typedIn({ event }: Commit): string | undefined {
  const text = event['subject'] ?? event['text'] ?? event['note'];
  return typeof text === 'string' ? text : undefined;
}

/** What an approval round that is over may not show. */
function* problemsOf(history: readonly Commit[]): Generator<string> {
  const head = history.at(-1);
  if (!head || head.definition.id === 'partnership') return;
  if (head.snapshot.status !== 'done') yield `is still in ${JSON.stringify(head.snapshot.value)}`;
  for (const [key, times] of countOf(history.map(({ idempotency }) => idempotency?.key ?? ''))) {
    if (key !== '' && times > 1) yield `the key ${key} was taken ${times} times`;
  }
  const spent = history.map(({ cause }) =>
    cause.kind === 'link' && cause.spends ? cause.link : '',
  );
  for (const [link, times] of countOf(spent)) {
    if (link !== '' && times > 1) yield `the link ${link} decided ${times} times`;
  }
  if (head.definition.id !== 'approval-round') return;
  const { approvals, notes, errands } = head.snapshot.data as unknown as RoundData;
  const parties = new Set(approvals.map(({ party }) => party));
  if (approvals.length !== 2 || parties.size !== 2) yield `has ${approvals.length} approvals`;
  if (errands.length !== 1) yield `heard of ${errands.length} errands`;
  if (head.snapshot.children.length !== 1) yield `has ${head.snapshot.children.length} children`;
  if (new Set(notes.map(({ text }) => text)).size !== notes.length) yield 'has a note twice';
}

/** The Message-IDs that the effects of a history have to have brought. */
function mailsDue(
  history: readonly Commit[],
  { place, url }: { readonly place: TwoOrganisations; readonly url: string },
): readonly string[] {
  const people = { executive: place.executives, manager: place.managers };
  return history.flatMap(({ instance, seq, effects, definition }) =>
    effects.flatMap((effect) => {
      const mailing = effect.type === 'ask' || effect.type === 'notify';
      if (!mailing || definition.id === 'partnership') return [];
      const reached = effect.to.flatMap((role) => people[role as keyof typeof people]);
      return reached
        .filter(({ organisation }) => effect.of === null || effect.of === organisation)
        .map(({ id }) => messageId(`${instance}:${seq}:${effect.n}`, id, url));
    }),
  );
}

/** As mails are named: after the task's key and the person. */
function messageId(key: string, person: string, url: string): string {
  const name = createHash('sha256').update(`${key}\n${person}`).digest('hex').slice(0, 40);
  return `<${name}@${new URL(url).hostname}>`;
}

function countOf(items: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
