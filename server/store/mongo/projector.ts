import mongoose from 'mongoose';
import { isConcordatError } from '../../../engine/errors.ts';
import { damagedCommit } from '../checked-commit.ts';
import type { CommitDocument } from './commit-schema.ts';
import { type Database, untilKnown } from './database.ts';
import type { PendingProjection } from './pending-projection.ts';
import { projectLinks } from './project-links.ts';
import { projectPersonal } from './project-personal.ts';
import { projectRow } from './project-row.ts';
import { projectTasks } from './project-tasks.ts';

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
  /** Whether this process knows that the instance has this commit and all that it brings. */
  knows(instance: string, seq: number): boolean;
  /** Waits for the marks of projected commits to be taken off. */
  settle(): Promise<void>;
}

const AT_ONCE = 100;
const MOST_KNOWN = 20_000;

export function createProjector({ models }: Pick<Database, 'models'>): Projector {
  const { commits } = models;
  const known = new Map<string, number>();
  const unmarking = new Set<Promise<unknown>>();

  function remember(instance: string, seq: number): void {
    if ((known.get(instance) ?? 0) >= seq) return;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(instance, seq);
  }

  async function apply(commit: UnprojectedCommit): Promise<void> {
    const pending = readPending(commit);
    await Promise.all([
      untilKnown(() => projectRow(models, pending.row)),
      projectTasks(models, { seq: commit.seq, at: pending.at }, pending.tasks),
      untilKnown(() => projectLinks(models, pending)),
      untilKnown(() => projectPersonal(models, pending.personal)),
    ]);
    remember(commit.instance, commit.seq);
  }

  function unmark({ _id, instance, seq }: UnprojectedCommit): Promise<unknown> {
    return commits.updateOne({ _id, instance, seq }, { $unset: { pending: 1, pendingSince: 1 } });
  }

  return {
    async project(commit) {
      if (commit.pendingSince === undefined) {
        remember(commit.instance, commit.seq);
        return;
      }
      if (!this.knows(commit.instance, commit.seq)) await apply(commit);
      // nobody waits for this: a mark that stays only has the commit projected once more
      const done = unmark(commit)
        .catch(() => undefined)
        .finally(() => unmarking.delete(done));
      unmarking.add(done);
    },

    async catchUp(instance) {
      const filter = {
        pendingSince: mongoose.trusted({ $exists: true }),
        ...(instance === undefined ? {} : { instance }),
      };
      for (;;) {
        const left = await commits
          .find(filter, { instance: 1, seq: 1, pending: 1, pendingSince: 1 })
          .sort({ pendingSince: 1, instance: 1 })
          .limit(AT_ONCE)
          .lean<UnprojectedCommit[]>();
        let brought = 0;
        // in the order of each history
        for (const commit of left.toSorted((a, b) => a.seq - b.seq)) {
          try {
            await apply(commit);
          } catch (error) {
            // it is told to whoever asks for that instance, and holds no other up
            if (isConcordatError(error) && error.code === 'store-damaged') continue;
            throw error;
          }
          await unmark(commit);
          brought += 1;
        }
        if (brought === 0) return;
      }
    },

    knows: (instance, seq) => (known.get(instance) ?? 0) >= seq,

    async settle() {
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
