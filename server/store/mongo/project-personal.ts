import type { PersonalValue } from '../commit-store.ts';
import { unlessThere } from './database.ts';
import type { Models } from './models.ts';
import { writeAll } from './write-all.ts';

/** Adds personal values; one that is there stays as it is, so that what was erased never returns. */
export async function projectPersonal(
  { personal }: Models,
  values: readonly PersonalValue[],
): Promise<void> {
  if (values.length === 0) return;
  const operations = values.map(({ id, instance, salt, value }) => ({
    updateOne: {
      // the instance too, by which a cluster is sharded
      filter: { _id: personalKey(instance, id), instance },
      update: { $setOnInsert: { valueId: id, salt, value } },
      upsert: true,
    },
  }));
  await unlessThere(() => writeAll(personal, operations));
}

export function personalKey(instance: string, id: string): string {
  return `${instance}/${id}`;
}
