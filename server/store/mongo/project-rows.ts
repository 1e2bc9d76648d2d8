import mongoose from 'mongoose';
import type { InstanceRow } from '../instance-row.ts';
import { rowDocument } from './instance-row-document.ts';
import type { Models } from './models.ts';
import { isDuplicate } from './store-error.ts';

/** Puts rows in the place of older ones, in one command; a row of the same commit or a later one stays. */
export async function projectRows(
  { instances }: Models,
  rows: readonly InstanceRow[],
): Promise<void> {
  const write = (upsert: boolean) =>
    instances.bulkWrite(
      rows.map((row) => ({
        updateOne: {
          filter: { _id: row.id, seq: mongoose.trusted({ $lt: row.seq }) },
          update: { $set: rowDocument(row) },
          upsert,
        },
      })),
      // without this, what does not fit its schema would be passed over in silence
      { ordered: false, throwOnValidationError: true },
    );
  try {
    await write(true);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // one that stands is as new, or was added by another at the same time and may be older
    await write(false);
  }
}
