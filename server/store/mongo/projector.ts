import mongoose from 'mongoose';
import { damagedCommit } from '../checked-commit.ts';
import { isDamaged } from '../damaged.ts';
import type { CommitDocument } from './commit-schema.ts';
import { type Database, untilKnown } from './database.ts';
import { inBatches } from './in-batches.ts';
import type { PendingProjection } from './pending-projection.ts';
import { projectLinks } from './project-links.ts';
import { projectPersonal } from './project-personal.ts';
import { projectRows } from './project-rows.ts';
import { projectTasks } from './project-tasks.ts';
import { isMistaken, isUnknownOutcome } from './store-error.ts';

export type UnprojectedCommit = Pick<
  CommitDocument,
  '_id' | 'instance' | 'seq' | 'pending' | 'pendingSince'
>;

/**
 * Brings what commits say into the lists, the due tasks and the links. Everything in it may be done
 * again, by any process and late: nothing goes back to an older commit. No commit is added to an
 * instance before those before it are projected, so that at most its newest one is not.
 */
export interface Projector {
  /** Resolves when the commit's projections are there. Does nothing for one that is projected. */
  project(commit: UnprojectedCommit): Promise<void>;
  /** Projects what was left behind by processes that ended: everywhere, or of one instance. */
  catchUp(instance?: string): Promise<void>;
  /** The instances of which it has found that they cannot be projected. */
  damaged(): readonly string[];
  /** Whether this process knows that the instance has this commit and all that it brings. */
  knows(instance: string, seq: number): boolean;
  /** Waits for the marks of projected commits to be taken off. */
  settle(): Promise<void>;
}

type Marked = Pick<UnprojectedCommit, '_id' | 'instance'>;

/** Two or three steps at a time do not wait for each other; more share their commands. */
const BATCHES = { atOnce: 3, most: 50, overOne: (error: unknown) => !isUnknownOutcome(error) };
const AT_ONCE = 100;
const UNMARK_AFTER_MS = 200;
const MOST_KNOWN = 20_000;

export function createProjector({ models }: Pick<Database, 'models'>): Projector {
  const { commits } = models;
  const known = new Map<string, number>();
  const damaged = new Set<string>();
  /** Projected, with their marks still on: these are taken off many at a time. */
  const marked: Marked[] = [];
  let timer: NodeJS.Timeout | undefined;
  const unmarking = new Set<Promise<unknown>>();

  function remember(instance: string, seq: number): void {
    if ((known.get(instance) ?? 0) >= seq) return;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(instance, seq);
  }

  /** All at once: of different instances, since nothing orders what is done to one. */
  async function apply(unprojected: readonly UnprojectedCommit[]): Promise<void> {
    const all = unprojected.map((commit) => ({ seq: commit.seq, pending: readPending(commit) }));
    try {
      await Promise.all([
        untilKnown(() =>
          projectRows(
            models,
            all.map(({ pending }) => pending.row),
          ),
        ),
        projectTasks(
          models,
          all.map(({ seq, pending: { at, tasks } }) => ({ seq, at, changes: tasks })),
        ),
        ...all.map(({ pending }) => untilKnown(() => projectLinks(models, pending))),
        untilKnown(() =>
          projectPersonal(
            models,
            all.flatMap(({ pending }) => pending.personal),
          ),
        ),
      ]);
    } catch (error) {
      const [only] = unprojected;
      if (only === undefined || unprojected.length > 1 || !isMistaken(error)) throw error;
      const { instance, seq } = only;
      throw damagedCommit(instance, seq, 'brings to the lists what does not fit them', error);
    }
    for (const { instance, seq } of unprojected) {
      remember(instance, seq);
      damaged.delete(instance);
    }
  }

  /** As `apply`; of one instance, the later commits after the earlier ones. */
  async function applyInTurn(unprojected: readonly UnprojectedCommit[]): Promise<void> {
    const first = new Map<string, UnprojectedCommit>();
    const later: UnprojectedCommit[] = [];
    for (const commit of unprojected.toSorted((a, b) => a.seq - b.seq)) {
      const before = first.get(commit.instance);
      if (before === undefined) first.set(commit.instance, commit);
      else if (before.seq !== commit.seq) later.push(commit);
    }
    await apply([...first.values()]);
    if (later.length > 0) await applyInTurn(later);
  }

  const bring = inBatches(applyInTurn, BATCHES);

  /** Takes the marks off; the instances are named as well, by which a cluster is sharded. */
  function unmark(projected: readonly Marked[]): Promise<unknown> {
    const ids = projected.map(({ _id }) => _id);
    const instances = [...new Set(projected.map(({ instance }) => instance))];
    return commits.updateMany(
      { _id: mongoose.trusted({ $in: ids }), instance: mongoose.trusted({ $in: instances }) },
      { $unset: { pending: 1, pendingSince: 1 } },
    );
  }

  /** Nobody waits for this: a mark that stays only has its commit projected once more. */
  function unmarkAll(): void {
    clearTimeout(timer);
    timer = undefined;
    const projected = marked.splice(0);
    if (projected.length === 0) return;
    const done = unmark(projected)
      .catch(() => undefined)
      .finally(() => unmarking.delete(done));
    unmarking.add(done);
  }

  return {
    async project(commit) {
      if (commit.pendingSince === undefined) {
        remember(commit.instance, commit.seq);
        return;
      }
      if (!this.knows(commit.instance, commit.seq)) await bring(commit);
      marked.push({ _id: commit._id, instance: commit.instance });
      if (marked.length >= AT_ONCE) unmarkAll();
      else timer ??= setTimeout(unmarkAll, UNMARK_AFTER_MS).unref();
    },

    async catchUp(instance) {
      /** What is damaged, so that it is not asked for again. */
      const passed = new Set<string>();
      for (;;) {
        const left = await commits
          .find(
            {
              pendingSince: mongoose.trusted({ $exists: true }),
              ...(instance === undefined ? {} : { instance }),
              ...(passed.size === 0 ? {} : { _id: mongoose.trusted({ $nin: [...passed] }) }),
            },
            { instance: 1, seq: 1, pending: 1, pendingSince: 1 },
          )
          .sort({ pendingSince: 1, instance: 1 })
          .limit(AT_ONCE)
          .lean<UnprojectedCommit[]>();
        const brought: Marked[] = [];
        // in the order of each history
        for (const commit of left.toSorted((a, b) => a.seq - b.seq)) {
          try {
            if (!this.knows(commit.instance, commit.seq)) await apply([commit]);
          } catch (error) {
            // it is told to whoever asks for that instance, and holds no other up
            if (!isDamaged(error)) throw error;
            damaged.add(commit.instance);
            passed.add(commit._id);
            continue;
          }
          brought.push(commit);
        }
        if (brought.length > 0) await unmark(brought);
        // what others write meanwhile is theirs to bring: under load there would be no end of it
        if (left.length < AT_ONCE) return;
      }
    },

    damaged: () => [...damaged],

    knows: (instance, seq) => (known.get(instance) ?? 0) >= seq,

    async settle() {
      unmarkAll();
      await Promise.all(unmarking);
    },
  };
}

function readPending({ instance, seq, pending }: UnprojectedCommit): PendingProjection {
  try {
    return JSON.parse(pending ?? '') as PendingProjection;
  } catch {
    throw damagedCommit(instance, seq, 'does not say what it brings to the lists');
  }
}
