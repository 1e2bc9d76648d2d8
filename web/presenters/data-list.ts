import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { resolveSchema } from './form/resolve-schema.ts';
import { type Speaking, spokenRow, spokenRows, spokenText } from './spoken-value.ts';
import type { SummaryRow } from './summary.ts';

/** A list that is recorded, as a table or, where its entries have many parts, one entry after the other. */
export interface DataList {
  readonly id: string;
  readonly title: string;
  /** "12 of 480 are shown here."; empty when all are. */
  readonly count: string;
  /** Where the whole list is; empty when it is here. */
  readonly more: string;
  readonly table: DataTable | null;
  /** Entries with more parts than a table can hold. */
  readonly entries: readonly DataEntry[];
}

interface DataTable {
  readonly columns: readonly { readonly text: string; readonly numeric: boolean }[];
  readonly rows: readonly { readonly id: string; readonly cells: readonly DataCell[] }[];
}

interface DataCell {
  readonly text: string;
  readonly label: string;
  readonly href: string;
  readonly numeric: boolean;
}

interface DataEntry {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly SummaryRow[];
}

/** Where parts of the data are read; null where this reader has no page for them. */
export interface DataLinks {
  /** The whole of a list. */
  readonly list: ((field: string) => string) | null;
  readonly instance: ((id: string) => string) | null;
  /** The place of an open item that an entry points to. */
  readonly field: (instance: string | null, field: string | null) => string | null;
}

/** What is recorded, and what it takes to show it. */
export interface PresentData {
  readonly schema: JsonSchema;
  readonly data: JsonObject;
  readonly speaking: Speaking;
  readonly links: DataLinks;
}

/** A table with more columns is read on no screen. */
const MOST_COLUMNS = 6;

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
  given: Omit<PresentData, 'data'>,
  name: string,
  entries: readonly JsonObject[],
  first: number,
): Omit<DataList, 'count' | 'more'> {
  const { schema, speaking } = given;
  const items = withoutHidden(itemSchema(schema, name) ?? {});
  const properties = items.properties ?? {};
  const id = `field-${name}`;
  const title = schema.properties?.[name]?.title ?? name;
  // An open item says where it is mended; that is a link, and nothing to read.
  const points = Object.hasOwn(properties, 'field') && Object.hasOwn(properties, 'title');
  const filled = Object.keys(properties).filter(
    (column) =>
      !(points && (column === 'field' || column === 'instance')) &&
      entries.some((entry) => !isEmpty(entry[column])),
  );
  const flat = filled.every((column) => isFlat(properties[column] ?? {}, schema));
  if (flat && filled.length <= MOST_COLUMNS) {
    const table = tableOf(given, items, { columns: filled, entries, id, first, points });
    return { id, title, table, entries: [] };
  }
  const naming = namingColumns(speaking, items, filled, entries);
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

/** What an entry holds for the workflow itself is nothing to read. */
function withoutHidden(items: JsonSchema): JsonSchema {
  const shown = Object.entries(items.properties ?? {}).filter(([, { hidden }]) => hidden !== true);
  return { ...items, properties: Object.fromEntries(shown) };
}

/** At most this many columns name an entry, before the one that says how it stands. */
const MOST_NAMES = 2;

/**
 * The columns by which people tell the entries of a list apart: each time the one that leaves the
 * fewest entries alike, then its state if it has one.
 */
function namingColumns(
  speaking: Speaking,
  items: JsonSchema,
  filled: readonly string[],
  entries: readonly JsonObject[],
): readonly string[] {
  const said = (column: string, entry: JsonObject): string =>
    spokenText(speaking, items, column, entry[column]);
  const states = filled.filter((column): boolean => column === 'state' || column === 'status');
  const candidates = filled.filter((column) => {
    const { multiline, type } = items.properties?.[column] ?? {};
    return multiline !== true && type === 'string' && !states.includes(column);
  });
  const chosen: string[] = [];
  const distinct = (columns: readonly string[]): number =>
    new Set(entries.map((entry) => columns.map((column) => said(column, entry)).join('\n'))).size;
  while (chosen.length < MOST_NAMES) {
    const now = chosen.length === 0 ? 0 : distinct(chosen);
    const [best] = candidates
      .filter((column) => !chosen.includes(column))
      .map((column) => ({ column, apart: distinct([...chosen, column]) }))
      .sort((a, b) => b.apart - a.apart);
    if (best === undefined || best.apart <= now) break;
    chosen.push(best.column);
  }
  return [...chosen, ...states];
}

function tableOf(
  { speaking, links }: Omit<PresentData, 'data'>,
  items: JsonSchema,
  part: {
    readonly columns: readonly string[];
    readonly entries: readonly JsonObject[];
    readonly id: string;
    readonly first: number;
    readonly points: boolean;
  },
): DataTable {
  const { columns, entries, id, first, points } = part;
  const titleOf = (column: string): string => items.properties?.[column]?.title ?? column;
  const numeric = (column: string): boolean =>
    ['integer', 'number'].includes(String(items.properties?.[column]?.type));
  const hrefOf = (entry: JsonObject, column: string): string => {
    if (points && column === 'title') {
      return links.field(textOrNull(entry['instance']), textOrNull(entry['field'])) ?? '';
    }
    const row = spokenRow(speaking, items, column, entry[column]);
    if (row && 'text' in row.value && row.value.href !== undefined) return row.value.href;
    const record = textOrNull(entry[column]);
    const known = record !== null && speaking.names.has(record);
    const named = items.properties?.[column]?.format === 'instance' && known;
    return named ? (links.instance?.(record) ?? '') : '';
  };
  return {
    columns: columns.map((column) => ({ text: titleOf(column), numeric: numeric(column) })),
    rows: entries.map((entry, index) => ({
      id: `${id}-${first + index}`,
      cells: columns.map((column) => ({
        text: spokenText(speaking, items, column, entry[column]),
        label: titleOf(column),
        href: hrefOf(entry, column),
        numeric: numeric(column),
      })),
    })),
  };
}

/** What each entry of a list holds; undefined for what is no list. */
export function itemSchema(schema: JsonSchema, name: string): JsonSchema | undefined {
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

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
