import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { resolveSchema } from './form/resolve-schema.ts';
import { type Speaking, spokenRow, spokenRows, spokenText } from './spoken-value.ts';
import type { SummaryRow } from './summary.ts';

/** What an instance holds: single answers as rows, lists as tables. */
export interface InstanceDataView {
  readonly rows: readonly (SummaryRow & { readonly id: string })[];
  readonly lists: readonly DataList[];
}

export interface DataList {
  readonly id: string;
  readonly title: string;
  /** "1 to 20 of 480"; empty when all are shown. */
  readonly count: string;
  /** Where the whole list is; empty when it is here. */
  readonly more: string;
  readonly table: DataTable | null;
  /** Entries with more parts than a table can hold. */
  readonly entries: readonly DataEntry[];
}

interface DataTable {
  readonly columns: readonly { readonly text: string; readonly numeric: boolean }[];
  readonly rows: readonly {
    readonly id: string;
    readonly cells: readonly {
      readonly text: string;
      readonly label: string;
      readonly href: string;
      readonly numeric: boolean;
    }[];
  }[];
}

export interface DataEntry {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly SummaryRow[];
}

export interface PresentData {
  readonly schema: JsonSchema;
  readonly data: JsonObject;
  readonly speaking: Speaking;
  /** Where the whole of a list is read; null when there is no such page for this reader. */
  readonly listHref: ((field: string) => string) | null;
}

/** A table with more columns is read on no screen. */
const MOST_COLUMNS = 6;
/** Entries of a list on the instance page; the rest have a page of their own. */
const MOST_ENTRIES = 12;

/** All that is recorded, in the order of the definition; what is empty is left out. */
export function presentData(given: PresentData): InstanceDataView {
  const { schema, data, speaking, listHref } = given;
  const rows: (SummaryRow & { id: string })[] = [];
  const lists: DataList[] = [];
  for (const name of Object.keys(schema.properties ?? {})) {
    const value = data[name];
    const list = listOf(schema, name, value);
    if (list === undefined) {
      const row = spokenRow(speaking, schema, name, value);
      if (row) rows.push({ ...row, id: `field-${name}` });
    } else if (list.length > 0) {
      const shown = listHref ? list.slice(0, MOST_ENTRIES) : list;
      lists.push({
        ...presentList(speaking, schema, name, shown, 0),
        count:
          shown.length < list.length ? `${shown.length} of ${list.length} are shown here.` : '',
        more: shown.length < list.length ? (listHref?.(name) ?? '') : '',
      });
    }
  }
  return { rows, lists };
}

/** A list whose entries have parts; undefined for every other value. */
export function listOf(
  schema: JsonSchema,
  name: string,
  value: unknown,
): readonly JsonObject[] | undefined {
  const items = itemSchema(schema, name);
  if (items?.properties === undefined) return undefined;
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

/** Some entries of a list, as a table if they fit one; `first` is the place of the first of them. */
export function presentList(
  speaking: Speaking,
  schema: JsonSchema,
  name: string,
  entries: readonly JsonObject[],
  first: number,
): Omit<DataList, 'count' | 'more'> {
  const items = itemSchema(schema, name) ?? {};
  const properties = items.properties ?? {};
  const id = `field-${name}`;
  const title = schema.properties?.[name]?.title ?? name;
  const filled = Object.keys(properties).filter((column) =>
    entries.some(
      (entry) => entry[column] !== undefined && entry[column] !== null && entry[column] !== '',
    ),
  );
  const flat = filled.every((column) => isFlat(properties[column] ?? {}, schema));
  if (flat && filled.length <= MOST_COLUMNS) {
    return { id, title, table: tableOf(speaking, items, filled, entries, id, first), entries: [] };
  }
  const naming = filled.filter((column) => properties[column]?.multiline !== true).slice(0, 2);
  return {
    id,
    title,
    table: null,
    entries: entries.map((entry, index) => ({
      id: `${id}-${first + index}`,
      title:
        naming
          .map((column) => spokenText(speaking, items, column, entry[column]))
          .filter((text) => text !== '')
          .join(' – ') || `${first + index + 1}`,
      rows: spokenRows(speaking, items, entry),
    })),
  };
}

function tableOf(
  speaking: Speaking,
  items: JsonSchema,
  columns: readonly string[],
  entries: readonly JsonObject[],
  id: string,
  first: number,
): DataTable {
  const titleOf = (column: string): string => items.properties?.[column]?.title ?? column;
  const numeric = (column: string): boolean =>
    ['integer', 'number'].includes(String(items.properties?.[column]?.type));
  return {
    columns: columns.map((column) => ({ text: titleOf(column), numeric: numeric(column) })),
    rows: entries.map((entry, index) => ({
      id: `${id}-${first + index}`,
      cells: columns.map((column) => {
        const row = spokenRow(speaking, items, column, entry[column]);
        const link = row && 'text' in row.value ? (row.value.href ?? '') : '';
        return {
          text: spokenText(speaking, items, column, entry[column]),
          label: titleOf(column),
          href: link || recordHref(items.properties?.[column], entry[column], speaking),
          numeric: numeric(column),
        };
      }),
    })),
  };
}

/** Where another record that an entry names is read, if this reader may see it. */
function recordHref(schema: JsonSchema | undefined, value: unknown, { names }: Speaking): string {
  const known = schema?.format === 'instance' && typeof value === 'string' && names.has(value);
  return known ? `/instances/${value}` : '';
}

function itemSchema(schema: JsonSchema, name: string): JsonSchema | undefined {
  const property = schema.properties?.[name];
  const items = property && resolveSchema(property, schema).items;
  if (!items) return undefined;
  const resolved = resolveSchema(items, schema);
  return schema.$defs ? { ...resolved, $defs: schema.$defs } : resolved;
}

function isFlat(property: JsonSchema, root: JsonSchema): boolean {
  const schema = resolveSchema(property, root);
  return schema.properties === undefined && schema.items === undefined && schema.type !== 'object';
}
