import type { Model } from 'mongoose';
import { writeAll } from './write-all.ts';

/** Puts whole documents in the place of what stands under their ids, or adds them. */
export async function replaceDocuments<D extends { readonly _id: string }>(
  model: Model<D>,
  documents: readonly D[],
  /** Names a document among others; with the shard key, where its collection may be sharded by one. */
  filterOf: (document: D) => Partial<D> = ({ _id }) => ({ _id }) as Partial<D>,
): Promise<void> {
  if (documents.length === 0) return;
  const operations = documents.map((document) => ({
    replaceOne: { filter: filterOf(document), replacement: document, upsert: true },
  })) as unknown as Parameters<Model<D>['bulkWrite']>[0];
  await writeAll(model, operations);
}
