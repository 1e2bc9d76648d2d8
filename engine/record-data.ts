import type { ValueExpression } from './definition.ts';
import { emptiedBy } from './emptied.ts';
import { compileFields, compileValue, type Evaluate, type OnFailure } from './expression.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';
import type { Data } from './snapshot.ts';

/** The params of the `record` action; exactly what the author wrote. */
export interface RecordParams {
  readonly set?: Readonly<Record<string, ValueExpression>>;
  readonly append?: { readonly list: string; readonly item: ValueExpression };
  readonly upsert?: {
    readonly list: string;
    readonly key: Readonly<Record<string, ValueExpression>>;
    readonly item: ValueExpression;
  };
  readonly remove?: {
    readonly list: string;
    readonly key: Readonly<Record<string, ValueExpression>>;
  };
  readonly clear?: readonly string[];
}

export type RecordData = (scope: Scope, failed: OnFailure) => Data;

/** Fields of an event that are ours and not the form's. */
export const EVENT_OWN = new Set(['type', 'party', 'manifest', 'from', 'emptied']);

/**
 * Compiles a `record` action. Without params every form field goes into the data field of its name,
 * as far as the data has one (`fields`); what was emptied there is taken away. With params the parts run in the order clear, set, remove,
 * upsert, append, each seeing what the one before wrote.
 */
export function compileRecord(
  params: RecordParams | undefined,
  fields: ReadonlySet<string>,
): RecordData {
  if (params === undefined || Object.keys(params).length === 0) return recordForm(fields);
  const steps: RecordData[] = [];
  if (params.clear) steps.push(clearing(params.clear));
  if (params.set) {
    const values = compileFields(params.set);
    steps.push((scope, failed) => ({ ...scope.data, ...values(scope, failed) }));
  }
  if (params.remove) steps.push(removing(params.remove.list, params.remove.key));
  if (params.upsert) steps.push(upserting(params.upsert));
  if (params.append) steps.push(appending(params.append.list, compileValue(params.append.item)));
  return (scope, failed) =>
    steps.reduce((data, step) => step({ ...scope, data }, failed), scope.data);
}

function recordForm(fields: ReadonlySet<string>): RecordData {
  return ({ data, event }) => {
    const given: Record<string, JsonValue> = {};
    for (const [name, value] of Object.entries(event)) {
      if (value !== undefined && fields.has(name) && !EVENT_OWN.has(name)) given[name] = value;
    }
    const emptied = emptiedBy(event).filter((name) => fields.has(name));
    return { ...(emptied.length === 0 ? data : without(data, emptied)), ...given };
  };
}

function clearing(names: readonly string[]): RecordData {
  return ({ data }) => without(data, names);
}

function without(data: Data, names: readonly string[]): Data {
  const kept: Record<string, JsonValue> = { ...data };
  for (const name of names) {
    // A list is emptied and stays a list: gates count its entries.
    if (Array.isArray(kept[name])) kept[name] = [];
    else delete kept[name];
  }
  return kept;
}

function removing(list: string, key: Readonly<Record<string, ValueExpression>>): RecordData {
  const wanted = compileFields(key);
  return (scope, failed) => {
    const match = wanted(scope, failed);
    return {
      ...scope.data,
      [list]: entriesOf(scope.data, list).filter((entry) => !matches(entry, match)),
    };
  };
}

function upserting({ list, key, item }: NonNullable<RecordParams['upsert']>): RecordData {
  const wanted = compileFields(key);
  const value = compileValue(item);
  return (scope, failed) => {
    const match = wanted(scope, failed);
    const entries = entriesOf(scope.data, list);
    const old = entries.find((entry) => matches(entry, match));
    const given = value(scope, failed);
    const merged = { ...asObject(old), ...asObject(given), ...match };
    const next = old
      ? entries.map((entry) => (entry === old ? merged : entry))
      : [...entries, merged];
    return { ...scope.data, [list]: next };
  };
}

function appending(list: string, item: Evaluate): RecordData {
  return (scope, failed) => ({
    ...scope.data,
    [list]: [...entriesOf(scope.data, list), item(scope, failed) ?? null],
  });
}

function entriesOf(data: Data, list: string): readonly JsonValue[] {
  const entries = data[list];
  return Array.isArray(entries) ? entries : [];
}

function matches(entry: JsonValue, wanted: Readonly<Record<string, JsonValue>>): boolean {
  const fields = asObject(entry);
  return Object.entries(wanted).every(([name, value]) => fields[name] === value);
}

function asObject(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  return value as Readonly<Record<string, JsonValue>>;
}
