import type { Model } from 'mongoose';
import { type Filling, type FillingStore, notEmpty, takenOver } from '../filling.ts';
import type { Database } from './database.ts';
import type { Models } from './models.ts';
import { readPage } from './read-page.ts';

const FILLING = 'filling';

export function createMongoFillingStore(database: Database): FillingStore {
  const { models, address } = database;
  const { meta } = models;
  return {
    get: () => database.read(() => readFilling(models)),
    begin: (filling) =>
      database.writeUntilKnown(async () => {
        const written = { by: filling.by, filling: JSON.stringify(filling) };
        await meta.updateOne({ _id: FILLING }, { $set: written }, { upsert: true });
      }),
    advance: (filling) =>
      database.writeUntilKnown(async () => {
        const { matchedCount } = await meta.updateOne(
          { _id: FILLING, by: filling.by },
          { $set: { filling: JSON.stringify(filling) } },
        );
        if (matchedCount === 0) throw takenOver(address);
      }),
    finish: (by) =>
      database.writeUntilKnown(async () => {
        const found = await readFilling(models);
        // gone when an answer was lost and this is the second time
        if (found !== undefined && found.by !== by) throw takenOver(address);
        await meta.deleteOne({ _id: FILLING, by });
      }),
  };
}

/** What the store says of its own filling; undefined for one that is whole. */
export async function readFilling({ meta }: Models): Promise<Filling | undefined> {
  const found = await meta.findById(FILLING).lean();
  return found?.filling === undefined ? undefined : (JSON.parse(found.filling) as Filling);
}

/** Throws `store-not-empty` for a database that holds something and is not being filled. */
export async function requireRoom(models: Models, address: string): Promise<void> {
  if ((await readFilling(models)) !== undefined) return;
  const { meta: _, ...kept } = models;
  for (const model of Object.values(kept)) {
    const any = model as unknown as Model<{ readonly _id: string }>;
    if ((await readPage(any, { limit: 1 })).records.length > 0) throw notEmpty(address);
  }
}
