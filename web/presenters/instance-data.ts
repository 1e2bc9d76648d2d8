import type { JsonObject } from '../../engine/json-value.ts';
import { resolveSchema } from './form/resolve-schema.ts';
import {
  type DataList,
  itemSchema,
  listOf,
  type PresentData,
  presentList,
  textOrNull,
} from './data-list.ts';
import { spokenRow } from './spoken-value.ts';
import type { SummaryRow } from './summary.ts';

/** Answers as rows, lists as tables. */
export interface DataPart {
  readonly rows: readonly (SummaryRow & { readonly id: string })[];
  readonly lists: readonly DataList[];
}

/** What an instance holds: first what everybody looks for, then the rest under headings. */
export interface InstanceDataView extends DataPart {
  readonly groups: readonly (DataPart & { readonly title: string })[];
}

/** Entries of a list on the instance page; the rest have a page of their own. */
const MOST_ENTRIES = 12;

/**
 * All that is recorded, in the order of the definition; what is empty or hidden is left out. Fields
 * with `under` stand below that heading, and so do the parts of an object that holds lists.
 */
export function presentData(given: PresentData): InstanceDataView {
  const first = emptyPart();
  const groups = new Map<string, ReturnType<typeof emptyPart>>();
  const groupOf = (title: string): ReturnType<typeof emptyPart> => {
    const known = groups.get(title) ?? emptyPart();
    groups.set(title, known);
    return known;
  };
  for (const [name, property] of Object.entries(given.schema.properties ?? {})) {
    if (property.hidden === true) continue;
    const value = given.data[name];
    const nested = partsOf(given, name, value);
    if (nested !== undefined) {
      const group = groupOf(property.title ?? name);
      group.rows.push(...nested.rows);
      group.lists.push(...nested.lists);
    } else {
      addField(given, name, property.under === undefined ? first : groupOf(property.under));
    }
  }
  const filled = [...groups].filter(([, { rows, lists }]) => rows.length + lists.length > 0);
  return { ...first, groups: filled.map(([title, part]) => ({ title, ...part })) };
}

function emptyPart() {
  return { rows: [] as DataPart['rows'][number][], lists: [] as DataList[] };
}

function addField(given: PresentData, name: string, part: ReturnType<typeof emptyPart>): void {
  const value = given.data[name];
  const list = listOf(given.schema, name, value);
  if (list === undefined) {
    const row = spokenRow(given.speaking, given.schema, name, value);
    if (row) part.rows.push({ ...linked(given, name, row), id: `field-${name}` });
  } else if (list.length > 0) {
    const shown = shortList(given, name, list);
    // A table of one column is a list, and a short one stands with the other answers.
    if (shown.table?.columns.length === 1 && shown.more === '') part.rows.push(asRow(shown));
    else part.lists.push(shown);
  }
}

/** Another record that is named leads there, if this reader may see it. */
function linked(
  { schema, data, speaking, links }: PresentData,
  name: string,
  row: SummaryRow,
): SummaryRow {
  const record = textOrNull(data[name]);
  const known = record !== null && speaking.names.has(record);
  if (schema.properties?.[name]?.format !== 'instance' || !known || !('text' in row.value))
    return row;
  const href = links.instance?.(record);
  return href === undefined ? row : { ...row, value: { ...row.value, href } };
}

function asRow({ id, title, table }: DataList): SummaryRow & { readonly id: string } {
  const list = (table?.rows ?? []).flatMap(({ cells }) =>
    cells.map(({ text, href }) => (href === '' ? { text } : { text, href })),
  );
  return { id, key: title, value: { list, bullets: list.length > 1 } };
}

function shortList(given: PresentData, name: string, list: readonly JsonObject[]): DataList {
  const { links } = given;
  const shown = links.list ? list.slice(0, MOST_ENTRIES) : list;
  const whole = shown.length === list.length;
  return {
    ...presentList(given, name, shown, 0),
    count: whole ? '' : `${shown.length} of ${list.length} are shown here.`,
    more: whole ? '' : (links.list?.(name) ?? ''),
  };
}

/** The parts of an object that holds lists, each as if it stood by itself; undefined for all else. */
function partsOf(given: PresentData, name: string, value: unknown): DataPart | undefined {
  const property = given.schema.properties?.[name];
  const schema = property && resolveSchema(property, given.schema);
  const parts = Object.keys(schema?.properties ?? {});
  if (!schema || value === null || typeof value !== 'object' || Array.isArray(value)) {
    return undefined;
  }
  if (!parts.some((part) => itemSchema(schema, part)?.properties !== undefined)) return undefined;
  const { rows, lists, groups } = presentData({
    ...given,
    schema: given.schema.$defs ? { ...schema, $defs: given.schema.$defs } : schema,
    data: value as JsonObject,
    // Only lists of the record itself have a page of their own.
    links: { ...given.links, list: null },
  });
  const all = [{ rows, lists }, ...groups];
  return {
    rows: all.flatMap((part) => part.rows.map((row) => ({ ...row, id: `${row.id}-of-${name}` }))),
    lists: all.flatMap((part) =>
      part.lists.map((list) => ({ ...list, id: `${list.id}-of-${name}` })),
    ),
  };
}
