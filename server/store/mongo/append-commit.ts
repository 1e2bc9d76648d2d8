import { setTimeout as pause } from 'node:timers/promises';
import { ConcordatError } from '../../../engine/errors.ts';
import type { AppendInput, AppendResult } from '../commit-store.ts';
import { OUTCOME_UNKNOWN } from '../outcome-unknown.ts';
import { shortKey } from '../short-key.ts';
import { commitDocument } from './commit-document.ts';
import type { CommitDocument } from './commit-schema.ts';
import type { Database } from './database.ts';
import { pendingOf } from './pending-projection.ts';
import type { Projector, UnprojectedCommit } from './projector.ts';
import { isDuplicate, isUnknownOutcome } from './store-error.ts';

/** How long it is asked whose commit stands when an answer was lost. */
const KNOWN_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 200;

type Conflict = Extract<AppendResult, { readonly kind: 'conflict' }>;

/**
 * Adds a commit by inserting its one document. The unique index on (instance, seq) is the
 * compare-and-set. What is checked before can no longer change when the insertion succeeds: all that
 * bears on it stands in the commits up to seq - 1, which are there, and nobody else has taken seq.
 */
export async function appendCommit(
  database: Pick<Database, 'models' | 'address'>,
  projector: Projector,
  input: AppendInput,
): Promise<AppendResult> {
  const { models } = database;
  const { commit, projection } = input;
  const ready = await predecessorStands(models, projector, commit.instance, commit.seq - 1);
  if (!ready || (projection.spends !== null && (await linkConflict(models, input)) !== undefined)) {
    return conflictOf(models, input);
  }
  const document: CommitDocument = {
    ...commitDocument(input),
    pending: JSON.stringify(pendingOf(input)),
    pendingSince: new Date(),
  };
  if (!(await insert(database, document))) return conflictOf(models, input);
  try {
    await projector.project(document);
  } catch (error) {
    // The commit stands, so the answer is yes. Whoever reads its head next projects it.
    if (!isUnknownOutcome(error)) throw error;
  }
  return { kind: 'committed' };
}

/** True when the commit before is there, with all that it brings. */
async function predecessorStands(
  { commits }: Database['models'],
  projector: Projector,
  instance: string,
  seq: number,
): Promise<boolean> {
  if (seq === 0 || projector.knows(instance, seq)) return true;
  const before = await commits
    .findOne({ instance, seq }, { instance: 1, seq: 1, pending: 1, pendingSince: 1 })
    .lean<UnprojectedCommit | null>();
  if (before === null) return false;
  await projector.project(before);
  return true;
}

/**
 * Inserts the document; false when an index stands against it. When the answer is lost the very same
 * document is inserted again: then either it is added, or one stands in its place, and its `_id`
 * says whose that is. Throws `store-unreadable` when that cannot be found out in time.
 */
async function insert(
  { models, address }: Pick<Database, 'models' | 'address'>,
  document: CommitDocument,
): Promise<boolean> {
  const { commits } = models;
  const { _id, instance, seq } = document;
  const giveUpAt = performance.now() + KNOWN_WITHIN_MS;
  let mayBeKept = false;
  for (;;) {
    try {
      await commits.insertOne(document);
      return true;
    } catch (error) {
      if (isDuplicate(error)) {
        if (!mayBeKept) return false;
        const standing = await commits.findOne({ instance, seq }, { _id: 1 }).lean();
        if (standing !== null) return standing._id === _id;
        // not accepted by a majority yet, or a key of another commit is in the way
        if (performance.now() > giveUpAt) return false;
      } else if (isUnknownOutcome(error)) {
        mayBeKept = true;
        if (performance.now() > giveUpAt) throw unknown(address, error);
      } else {
        throw error;
      }
    }
    await pause(AGAIN_AFTER_MS);
  }
}

/** What stands in the way: the one that no retry can mend is named first. */
async function conflictOf(models: Database['models'], input: AppendInput): Promise<Conflict> {
  const { commits } = models;
  const { commit, idempotencyKey, signalKey } = input;
  const { instance } = commit;
  if (idempotencyKey !== null) {
    const key = shortKey(idempotencyKey);
    const taken = await commits.findOne({ instance, idempotencyKey: key }, { seq: 1 }).lean();
    if (taken !== null) return { kind: 'conflict', over: 'idempotency', seq: taken.seq };
  }
  if (signalKey !== null) {
    const key = shortKey(signalKey);
    const taken = await commits.findOne({ instance, signalKey: key }, { seq: 1 }).lean();
    if (taken !== null) return { kind: 'conflict', over: 'signal', seq: taken.seq };
  }
  const ended = await linkConflict(models, input);
  if (ended !== undefined) return ended;
  const head = await commits.findOne({ instance }, { seq: 1 }).sort({ seq: -1 }).lean();
  return { kind: 'conflict', over: 'seq', seq: head?.seq ?? 0 };
}

/**
 * What keeps a link from being spent: the commit that spent it or took it back, or that its record is
 * closed or was never there. A record that is closed while the commit is being inserted comes after it.
 */
async function linkConflict(
  { commits, links }: Database['models'],
  { commit, projection }: AppendInput,
): Promise<Conflict | undefined> {
  const { spends } = projection;
  if (spends === null) return undefined;
  const { instance } = commit;
  const [spent, withdrawn, link] = await Promise.all([
    commits.findOne({ instance, spends }, { seq: 1 }).lean(),
    commits.findOne({ instance, withdraws: spends }, { seq: 1 }).lean(),
    links.findById(spends, { state: 1 }).lean(),
  ]);
  const seq = spent?.seq ?? withdrawn?.seq;
  if (seq !== undefined) return { kind: 'conflict', over: 'link', seq };
  return link?.state === 'open' ? undefined : { kind: 'conflict', over: 'link', seq: 0 };
}

function unknown(address: string, cause: unknown): ConcordatError {
  return new ConcordatError('store-unreadable', `${address} did not say whether it kept a commit`, {
    cause,
    userMessage:
      'The database did not answer in time, so it is not known yet whether this was recorded.',
    details: OUTCOME_UNKNOWN,
  });
}
