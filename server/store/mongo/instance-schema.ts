import type { InstanceRow } from '../instance-row.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/** A row of the lists. `columns` is JSON: its names come from definitions and could be any. */
export interface InstanceDocument extends Omit<InstanceRow, 'id' | 'columns'> {
  readonly _id: string;
  readonly columns: string;
  /** `updatedAt`, to sort by. */
  readonly updated: Date;
}

export const instanceSchema = collectionSchema<InstanceDocument>('instances', {
  _id: key,
  seq: { type: Number, required: true },
  hash: text,
  workflow: text,
  version: { type: Number, required: true },
  partnership: textOrNull,
  parent: textOrNull,
  title: text,
  state: text,
  stateTitle: text,
  status: text,
  outcome: textOrNull,
  banner: textOrNull,
  organisations: [String],
  columns: text,
  nextDueAt: textOrNull,
  nextDueTitle: textOrNull,
  overdue: { type: Boolean, required: true },
  openedAt: text,
  updatedAt: text,
  updated: { type: Date, required: true },
});

// The lists, newest update first: of everything, of a workflow (registers), of a partnership, of a
// parent. A list of both states merges the two ranges.
instanceSchema.index({ status: 1, updated: -1, _id: -1 });
instanceSchema.index({ workflow: 1, status: 1, updated: -1, _id: -1 });
instanceSchema.index({ partnership: 1, status: 1, updated: -1, _id: -1 });
instanceSchema.index({ parent: 1, status: 1, updated: -1, _id: -1 });
// How many of a workflow a partnership has.
instanceSchema.index({ partnership: 1, workflow: 1, status: 1 });
