import mongoose from 'mongoose';
import type { InstanceRow } from '../instance-row.ts';
import { unlessThere, upsertIfMatching } from './database.ts';
import { rowDocument } from './instance-row-document.ts';
import type { Models } from './models.ts';

/** Puts a row in the place of an older one; a row of this commit or a later one stays. */
export async function projectRow({ instances }: Models, row: InstanceRow): Promise<void> {
  if (row.seq === 1) {
    // any row that is there is of this commit or a later one
    return unlessThere(() => instances.insertMany([{ _id: row.id, ...rowDocument(row) }]));
  }
  const older = { _id: row.id, seq: mongoose.trusted({ $lt: row.seq }) };
  await upsertIfMatching((upsert) =>
    instances.updateOne(older, { $set: rowDocument(row) }, { upsert }),
  );
}
