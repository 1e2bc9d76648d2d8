import type { AppendInput } from '../commit-store.ts';
import { damagedCommit } from '../checked-commit.ts';
import { commitDocument } from './commit-document.ts';
import { untilKnown } from './database.ts';
import type { Models } from './models.ts';
import { pendingOf } from './pending-projection.ts';
import { projectLinks } from './project-links.ts';
import { projectRows } from './project-rows.ts';
import { projectTasks } from './project-tasks.ts';
import { writeAll } from './write-all.ts';

/**
 * Adds commits of another store, with all that they bring. The commits themselves come last and in
 * order, so that a copy that was cut short goes on behind the newest one; all else may be done again.
 */
export async function copyCommits(models: Models, inputs: readonly AppendInput[]): Promise<void> {
  const [first] = inputs;
  if (first === undefined) return;
  await requireToFollow(models, first);
  for (const input of inputs) {
    const { at, commit, projection } = input;
    const { spends, withdraws, tasks } = projection;
    await projectTasks(models, [{ seq: commit.seq, at, changes: tasks }]);
    if (spends === null && withdraws.length === 0) continue;
    await untilKnown(() => projectLinks(models, pendingOf(input)));
  }
  await untilKnown(() => projectRows(models, [first.projection.row]));
  // the same ones again while it is not known whether they were kept
  const operations = inputs.map((input) => {
    const { instance, seq, ...document } = commitDocument(input);
    return {
      updateOne: {
        filter: { instance, seq },
        update: { $setOnInsert: document },
        upsert: true,
      },
    };
  });
  await untilKnown(() => writeAll(models.commits, operations, true));
}

async function requireToFollow({ commits }: Models, { commit }: AppendInput): Promise<void> {
  const { instance, seq } = commit;
  const newest = await commits.findOne({ instance }, { seq: 1 }).sort({ seq: -1 }).lean();
  if ((newest?.seq ?? 0) + 1 !== seq) throw damagedCommit(instance, seq, 'does not follow');
}
