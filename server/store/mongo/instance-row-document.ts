import type { JsonObject } from '../../../engine/json-value.ts';
import type { InstanceRow } from '../instance-row.ts';
import { instantKey } from '../instant-key.ts';
import type { InstanceDocument } from './instance-schema.ts';

export function rowDocument(row: InstanceRow): Omit<InstanceDocument, '_id'> {
  const { id: _, columns, ...rest } = row;
  return {
    ...rest,
    columns: JSON.stringify(columns),
    updated: new Date(instantKey(row.updatedAt)),
  };
}

export function rowOf(document: InstanceDocument): InstanceRow {
  const { _id, updated: _, columns, ...row } = document;
  return { ...row, id: _id, columns: JSON.parse(columns) as JsonObject };
}
