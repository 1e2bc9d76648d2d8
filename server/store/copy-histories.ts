import { inGroups } from '../in-groups.ts';
import { damagedCommit } from './checked-commit.ts';
import { claimsOf } from './claims-of-commit.ts';
import type { Commit, StoredCommit } from './commit.ts';
import type { AppendInput } from './commit-store.ts';
import type { InstanceRow } from './instance-row.ts';
import type { Store } from './store.ts';

const INSTANCES_AT_ONCE = 100;
/** Histories that are copied beside one another, with so many commits in memory of each. */
const HISTORIES_AT_ONCE = 4;
const COMMITS_AT_ONCE = 20;

/** The seq of the newest commit, by instance. */
export type Heads = ReadonlyMap<string, number>;

/** The newest commit of each instance, once all that it brings stands in lists and queues. */
export async function headsOf(store: Store): Promise<Heads> {
  const heads = new Map<string, number>();
  await eachPage(store, async (instances) => {
    await inGroups(instances, HISTORIES_AT_ONCE, async (instance) => {
      heads.set(instance, (await store.commits.head(instance))?.seq ?? 0);
    });
  });
  return heads;
}

/**
 * Copies every history up to the commit that its row in the lists shows, behind what is there already.
 * Nothing is copied without what came before it: neither the commits before it in its own history,
 * nor those of other instances that it names as its cause. The changes to tasks of commits after
 * `tasksAt` are made in the copy; those before are in the tasks already. Answers how far each
 * history was copied. Throws `store-damaged` for a history that does not hold together.
 */
export async function copyHistories(
  source: Store,
  target: Store,
  {
    tasksAt,
    tell,
  }: {
    readonly tasksAt: Heads;
    readonly tell: (copied: number, last: string | undefined) => Promise<void>;
  },
): Promise<Heads> {
  const copied = new Map<string, number>();
  /** Commits that copied ones name as their cause, of histories that were not copied so far yet. */
  const owed = new Map<string, number>();

  async function copyOne(instance: string): Promise<void> {
    // reading the newest commit brings what it says into the lists, also after a crash
    const head = await source.commits.head(instance);
    const row = await source.instances.get(instance);
    if (head === undefined || row === undefined) return;
    let last = await target.commits.head(instance);
    while ((last?.seq ?? 0) < row.seq) {
      const from = (last?.seq ?? 0) + 1;
      const limit = Math.min(COMMITS_AT_ONCE, row.seq - from + 1);
      const page = await source.commits.history(instance, { fromSeq: from, limit });
      if (page.length < limit) throw damagedCommit(instance, from + page.length, 'is missing');
      const inputs: AppendInput[] = [];
      for (const stored of page) {
        const input = copiedCommit(stored, last, row, tasksAt.get(instance) ?? 0);
        inputs.push(input.append);
        const { before } = input;
        if (before !== null && (copied.get(before.instance) ?? 0) < before.seq) {
          owed.set(before.instance, Math.max(before.seq, owed.get(before.instance) ?? 0));
        }
        last = stored;
      }
      await target.commits.copy(inputs);
    }
    if (last?.seq !== row.seq || last.hash !== row.hash) {
      throw damagedCommit(instance, row.seq, 'is not the one that the lists show');
    }
    copied.set(instance, row.seq);
  }

  await eachPage(source, async (instances) => {
    await inGroups(instances, HISTORIES_AT_ONCE, copyOne);
    await tell(copied.size, instances.at(-1));
  });
  // each round is about what was written during the one before, so this ends
  while (owed.size > 0) {
    const late = [...owed].filter(([instance, seq]) => (copied.get(instance) ?? 0) < seq);
    owed.clear();
    await inGroups(late, HISTORIES_AT_ONCE, ([instance]) => copyOne(instance));
  }
  return copied;
}

async function eachPage(
  { commits }: Store,
  work: (instances: readonly string[]) => Promise<void>,
): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await commits.instances({
      limit: INSTANCES_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    await work(page);
    if (page.length < INSTANCES_AT_ONCE) return;
    after = page.at(-1);
  }
}

/** A commit as it is added to the copy, and the one of another instance that it could not be without. */
function copiedCommit(
  stored: StoredCommit,
  last: StoredCommit | undefined,
  row: InstanceRow,
  tasksAt: number,
): { readonly append: AppendInput; readonly before: CommitName | null } {
  const { instance, seq, text } = stored;
  const commit = JSON.parse(text) as Commit;
  const { previous, at } = commit;
  if (commit.instance !== instance || commit.seq !== seq || previous !== (last?.hash ?? null)) {
    throw damagedCommit(instance, seq, 'does not cite the commit before it');
  }
  const { idempotencyKey, signalKey, spends, withdraws } = claimsOf(commit);
  const tasks = seq > tasksAt ? commit.tasks : [];
  const projection = { row, tasks, spends, withdraws };
  const append = { commit: stored, at, idempotencyKey, signalKey, projection, personal: [] };
  return { append, before: causeIn(commit) };
}

interface CommitName {
  readonly instance: string;
  readonly seq: number;
}

/** The commit of another instance whose effect this one takes: a signal, or that it was started. */
function causeIn({ cause, instance }: Commit): CommitName | null {
  const named =
    cause.kind === 'signal' ? cause : cause.kind === 'task' ? commitOfEffect(cause.task) : null;
  return named === null || named.instance === instance ? null : named;
}

/** The commit that asked for an effect, by the effect's key (`instance:seq:n`); null for a deadline's. */
export function commitOfEffect(key: string): CommitName | null {
  const [, instance, seq] = /^([^:/]+):(\d+):\d+$/u.exec(key) ?? [];
  return instance === undefined ? null : { instance, seq: Number(seq) };
}
