import type { WorkflowDefinition } from '../../engine/definition.ts';
import { lastDayOf } from '../../engine/deadline.ts';
import { titleWithNames } from '../../server/access/name-title.ts';
import { formatDueDate } from './format-date.ts';
import { minorDigits } from './format-money.ts';
import type { ListedRecord } from './record-table.ts';
import { spokenText, type Speaking } from './spoken-value.ts';

/** A record in a register, with the data its columns show. */
export interface RegisteredRecord extends ListedRecord {
  readonly partnership: string | null;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly openedAt: string;
  readonly updatedAt: string;
}

export interface RegisterColumn {
  readonly name: string;
  readonly title: string;
}

/** The columns that a workflow's register names, with titles for people. */
export function registerColumns(definition: WorkflowDefinition): readonly RegisterColumn[] {
  return (definition.register?.columns ?? []).map((name) => ({
    name,
    title:
      name === 'state'
        ? 'Where it stands'
        : (definition.data.properties?.[name]?.title ??
          definition.deadlines?.[name]?.title ??
          name),
  }));
}

/** The title of a record, with names in place of ids. */
export function recordTitle(row: RegisteredRecord, speaking: Speaking): string {
  return titleWithNames(speaking.names, row.title);
}

/** What a column says of a record, as people read it; empty for nothing. */
export function registerText(
  definition: WorkflowDefinition,
  row: RegisteredRecord,
  name: string,
  speaking: Speaking,
): string {
  if (name === 'state') return row.stateTitle;
  const value = Object.hasOwn(row.columns, name) ? row.columns[name] : undefined;
  if (value === undefined || value === null) return '';
  if (isDeadline(definition, name) && typeof value === 'string') {
    return formatDueDate(value, speaking.timeZone);
  }
  return spokenText(speaking, definition.data, name, value);
}

/** The same for a spreadsheet: dates that it can put in order, sums it can add up. */
export function registerValue(
  definition: WorkflowDefinition,
  row: RegisteredRecord,
  name: string,
  speaking: Speaking,
): string {
  const value = Object.hasOwn(row.columns, name) ? row.columns[name] : undefined;
  const schema = definition.data.properties?.[name];
  if (value === undefined || value === null) return registerText(definition, row, name, speaking);
  if (isDeadline(definition, name) && typeof value === 'string') {
    return lastDayOf(value, speaking.timeZone);
  }
  if (schema?.format === 'date' && typeof value === 'string') return value;
  if (schema?.format === 'money' && typeof value === 'number') {
    const digits = minorDigits(speaking.context.currency ?? 'GBP');
    return (value / 10 ** digits).toFixed(digits);
  }
  return registerText(definition, row, name, speaking);
}

function isDeadline(definition: WorkflowDefinition, name: string): boolean {
  return (
    definition.data.properties?.[name] === undefined && definition.deadlines?.[name] !== undefined
  );
}
