import { onTestFinished } from 'vitest';
import type { AppendInput } from '../../server/store/commit-store.ts';
import { appendCommit } from '../../server/store/mongo/append-commit.ts';
import { connectToMongo } from '../../server/store/mongo/connection.ts';
import { createModels, type Models } from '../../server/store/mongo/models.ts';
import { createProjector, type UnprojectedCommit } from '../../server/store/mongo/projector.ts';

/** The collections of a store on MongoDB, for what its port has no word for. */
export async function mongoModels(url: string): Promise<Models> {
  const { connection } = await connectToMongo(url, false);
  onTestFinished(() => connection.close());
  return createModels(connection, false);
}

/** A process that ends after it has written a commit, and before it has done anything else. */
export async function appendAndEnd(models: Models, input: AppendInput): Promise<UnprojectedCommit> {
  const left: UnprojectedCommit[] = [];
  const ended = {
    ...createProjector({ models }),
    project: async (commit: UnprojectedCommit) => {
      left.push(commit);
    },
  };
  await appendCommit({ models, address: '' }, ended, input);
  // the commit before it was looked at first
  const commit = left.at(-1);
  if (commit === undefined) throw new Error('the commit was not written');
  return commit;
}
