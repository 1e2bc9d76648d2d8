import type { TableView } from './table.ts';

/** The part of a JSON Schema that the reference shows. */
interface ShownSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ShownSchema[];
  readonly items?: ShownSchema;
  readonly properties?: Readonly<Record<string, ShownSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
}

/** One operation, as it was defined. */
export interface ReferenceOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly group: string;
  readonly summary: string;
  readonly description?: string;
  readonly keyed?: boolean;
  readonly params?: Readonly<Record<string, ShownSchema>>;
  readonly query?: Readonly<Record<string, ShownSchema>>;
  readonly body?: ShownSchema;
  readonly file?: object;
  readonly answer: {
    readonly status: number;
    readonly description: string;
    readonly schema: ShownSchema | null;
  };
  readonly codes: readonly string[];
}

export interface ApiReference {
  readonly groups: readonly {
    readonly id: string;
    readonly title: string;
    readonly operations: readonly OperationView[];
  }[];
}

interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly takes: TableView | null;
  readonly gives: TableView | null;
  readonly answer: string;
  readonly codes: readonly string[];
  readonly example: string;
}

/** The page about the API, made from the operations themselves. */
export function presentApiReference(given: {
  readonly operations: readonly ReferenceOperation[];
  /** The address that every path follows. */
  readonly base: string;
}): ApiReference {
  const names = [...new Set(given.operations.map(({ group }) => group))];
  return {
    groups: names.map((title) => ({
      id: title.toLowerCase().replaceAll(' ', '-'),
      title,
      operations: given.operations
        .filter(({ group }) => group === title)
        .map((operation) => operationView(operation, given.base)),
    })),
  };
}

function operationView(operation: ReferenceOperation, base: string): OperationView {
  const { id, method, path, summary, answer, codes } = operation;
  const takes = takenBy(operation);
  return {
    id,
    method: method.toUpperCase(),
    path,
    summary,
    description: withoutMarks(operation.description ?? ''),
    takes: takes.length === 0 ? null : table('What it takes', takes),
    gives: givenBy(answer.schema),
    answer: `${answer.status}: ${answer.description}.`,
    codes,
    example: exampleOf(operation, base),
  };
}

interface Row {
  readonly name: string;
  readonly place: string;
  readonly schema: ShownSchema;
  readonly required: boolean;
}

function takenBy({ params, query, body, keyed, file }: ReferenceOperation): readonly Row[] {
  const rows = (place: string, schemas: ReferenceOperation['query'], required: boolean): Row[] =>
    Object.entries(schemas ?? {}).map(([name, schema]) => ({ name, place, schema, required }));
  const inBody = Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
    name,
    place: 'body',
    schema,
    required: body?.required?.includes(name) === true,
  }));
  const key: Row = {
    name: 'Idempotency-Key',
    place: 'header',
    schema: {
      type: 'string',
      description: 'A new random text for each thing to be done, so that it is done once',
    },
    required: false,
  };
  return [
    ...rows('path', params, true),
    ...rows('query', query, file !== undefined),
    ...inBody,
    ...(keyed === true ? [key] : []),
  ];
}

function givenBy(schema: ShownSchema | null): TableView | null {
  const properties = Object.entries(schema?.properties ?? {});
  if (properties.length === 0) return null;
  const rows = properties.map(([name, inner]) => ({
    name,
    place: '',
    schema: inner,
    required: true,
  }));
  return table('What it answers', rows);
}

function table(caption: string, rows: readonly Row[]): TableView {
  return {
    caption,
    columns: [{ text: 'Name' }, { text: 'Kind' }, { text: 'What it is' }],
    rows: rows.map(({ name, place, schema, required }) => ({
      cells: [
        {
          text: name,
          header: true,
          ...(place === '' ? {} : { note: required ? place : `${place}, optional` }),
        },
        { text: kindOf(schema), label: 'Kind' },
        { text: meaningOf(schema), label: 'What it is' },
      ],
    })),
  };
}

function kindOf({ type, items, anyOf, enum: choices }: ShownSchema): string {
  if (anyOf) {
    const kinds = anyOf.map((one) => kindOf(one));
    return (
      kinds.filter((kind) => kind !== 'null').join(' or ') +
      (kinds.includes('null') ? ' or null' : '')
    );
  }
  if (choices) return choices.map(String).join(' or ');
  if (items) return `list of ${kindOf(items)}`;
  if (type === undefined) return 'any';
  if (typeof type !== 'string') return type.join(' or ');
  return { string: 'text', integer: 'whole number', boolean: 'true or false' }[type] ?? type;
}

function meaningOf(schema: ShownSchema): string {
  const { description, anyOf, items, minimum, maximum, maxLength, maxItems } = schema;
  const said =
    description ??
    anyOf?.find((one) => one.description !== undefined)?.description ??
    items?.description ??
    '';
  const fields = schema.properties ?? items?.properties;
  const limits = [
    ...(said === '' ? [] : [said]),
    ...(fields ? [`Fields: ${Object.keys(fields).join(', ')}`] : []),
    ...(minimum !== undefined && maximum !== undefined && maximum < 100_000
      ? [`${minimum} to ${maximum}`]
      : []),
    ...(maxLength === undefined ? [] : [`At most ${maxLength} characters`]),
    ...(maxItems === undefined ? [] : [`At most ${maxItems}`]),
    ...(schema.default === undefined ? [] : [`${JSON.stringify(schema.default)} when not given`]),
  ];
  return limits.length === 0 ? '' : withoutMarks(`${limits.join('. ')}.`);
}

/** Descriptions mark names as Markdown does; a page has no Markdown. */
function withoutMarks(text: string): string {
  return text.replaceAll(/`([^`]*)`/gu, '“$1”');
}

function exampleOf({ method, path, body, file, keyed }: ReferenceOperation, base: string): string {
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"${base}${path}${file ? '?name=evidence.pdf' : ''}"`,
    '-H "Authorization: Bearer $TOKEN"',
    ...(keyed === true ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(file ? ['-H "Content-Type: application/octet-stream"', '--data-binary @evidence.pdf'] : []),
    ...(body
      ? ['-H "Content-Type: application/json"', `-d '${JSON.stringify(sampleOf(body))}'`]
      : []),
  ];
  return lines.join(' \\\n  ');
}

/** A body with the required fields alone, each with a value of its kind. */
function sampleOf({ properties, required }: ShownSchema): object {
  const entries = Object.entries(properties ?? {})
    .filter(([name]) => required?.includes(name))
    .map(([name, schema]) => [name, sampleValue(name, schema)] as const);
  return Object.fromEntries(entries);
}

function sampleValue(name: string, { type, items }: ShownSchema): unknown {
  if (items) return [sampleValue(name, items)];
  if (type === 'object') return {};
  if (type === 'integer') return 1;
  return name.toUpperCase();
}
