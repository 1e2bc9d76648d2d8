import mongoose from 'mongoose';
import type { InstanceRow } from '../instance-row.ts';
import { upsertIfMatching } from './database.ts';
import { rowDocument } from './instance-row-document.ts';
import type { Models } from './models.ts';
import { writeAll } from './write-all.ts';

/** Puts rows in the place of older ones, in one command; a row of the same commit or a later one stays. */
export async function projectRows(
  { instances }: Models,
  rows: readonly InstanceRow[],
): Promise<void> {
  // where one stands that is as new, or was just added by another, all are asked of once more
  await upsertIfMatching((upsert) =>
    writeAll(
      instances,
      rows.map((row) => ({
        updateOne: {
          filter: { _id: row.id, seq: mongoose.trusted({ $lt: row.seq }) },
          update: { $set: rowDocument(row) },
          upsert,
        },
      })),
    ),
  );
}
