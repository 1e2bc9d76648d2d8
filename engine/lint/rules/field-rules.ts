import type { FormSpec } from '../../definition.ts';
import { type JsonSchema, REFERENCE_FORMATS } from '../../json-schema.ts';
import { mapParts, plainSchema } from '../../plain-schema.ts';
import { whyNotRe2 } from '../cel-check.ts';
import { listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';

/** A schema in which every $ref is written out may have so many parts. */
const MOST_PARTS = 5_000;

const RESERVED = ['type', 'party', 'by', 'at', 'from', 'manifest', 'instance', 'emptied'];

/** The schemas of data, forms and criteria: bounded, named, and nothing that runs for long. */
export function checkFields(context: LintContext, report: Report): void {
  const { definition, tree } = context;
  checkSchema(definition.data, '/data', true, report);
  checkForm(definition.start.form, '/start/form', report);
  for (const { config, pointer } of tree.transitions) {
    checkForm(config.meta?.form, `${pointer}/meta/form`, report);
    const criteria = config.guard?.params?.['all'];
    if (!Array.isArray(criteria)) continue;
    for (const [index, { schema }] of (criteria as readonly { schema?: JsonSchema }[]).entries()) {
      if (schema) checkSchema(schema, `${pointer}/guard/params/all/${index}/schema`, false, report);
    }
  }
}

/** True when the schemas of the definition are small enough for the rules that follow paths through them. */
export function schemasAreSmall(context: LintContext, report: Report): boolean {
  const { definition, tree } = context;
  const schemas: (readonly [string, FormSpec | undefined])[] = [
    ['/data', definition.data],
    ['/start/form', definition.start.form],
    ...tree.transitions.flatMap(({ config, pointer }) => {
      const criteria = config.guard?.params?.['all'];
      const list = Array.isArray(criteria) ? (criteria as readonly { schema?: JsonSchema }[]) : [];
      return [
        [`${pointer}/meta/form`, config.meta?.form] as const,
        ...list.map(
          ({ schema }, index) => [`${pointer}/guard/params/all/${index}/schema`, schema] as const,
        ),
      ];
    }),
  ];
  let small = true;
  for (const [pointer, schema] of schemas) {
    if (schema === undefined || 'fields' in schema) continue;
    const parts = partsOf(schema, schema.$defs ?? {});
    if (parts <= MOST_PARTS) continue;
    small = false;
    report(
      pointer,
      'schema-too-large',
      Number.isFinite(parts)
        ? `This schema has ${parts} parts once every "$ref" is written out; 5,000 are the most.`
        : 'A "$ref" in this schema leads back to itself or to nothing.',
      'Point every "$ref" to a definition under "$defs" that does not hold itself, and keep the schema small.',
    );
  }
  return small;
}

function checkForm(form: FormSpec | undefined, pointer: string, report: Report): void {
  if (form !== undefined && !('fields' in form)) checkSchema(form, pointer, true, report);
}

/** `stored`: what may be typed is kept, so it has to be bounded and to have a name people read. */
function checkSchema(root: JsonSchema, pointer: string, stored: boolean, report: Report): void {
  for (const name of Object.keys(root.properties ?? {})) {
    if (stored && RESERVED.includes(name)) {
      report(
        pointerTo(pointer, 'properties', name),
        'reserved-name',
        `The field name ${quoted(name)} is not free.`,
        `Choose another name. Not free are: ${listed(RESERVED)}.`,
      );
    }
  }
  visit(root, pointer, 'root');
  if (stored) checkHidden(plainSchema(root), pointer, report);

  function visit(schema: JsonSchema, at: string, place: 'root' | 'field' | 'entry' | 'part'): void {
    if (schema.pattern !== undefined) {
      const why = whyNotRe2(schema.pattern);
      if (why !== null)
        report(
          `${at}/pattern`,
          'pattern-refused',
          `The pattern cannot be used: ${why}`,
          'Write a pattern without look-ahead, look-behind and back-references (RE2).',
        );
    }
    if (stored && (place === 'field' || place === 'entry' || place === 'root')) {
      checkBounds(schema, at, report);
      if (place === 'field' && schema.$ref === undefined && schema.title === undefined) {
        report(
          at,
          'field-without-title',
          'The field has no title.',
          'Add "title": what the page calls it.',
        );
      }
    }
    const fields = schema.properties ?? {};
    for (const [name, field] of Object.entries(fields)) {
      if (stored && !/^[A-Za-z][A-Za-z0-9_]{0,63}$/u.test(name)) {
        report(
          pointerTo(at, 'properties', name),
          'wrong-name',
          `${quoted(name)} cannot be the name of a field.`,
          'Use letters, digits and "_", beginning with a letter.',
        );
      }
      visit(field, pointerTo(at, 'properties', name), 'field');
    }
    for (const [index, name] of (schema.required ?? []).entries()) {
      if (stored && place !== 'part' && schema.properties && !Object.hasOwn(fields, name)) {
        report(
          `${at}/required/${index}`,
          'unknown-field',
          `${quoted(name)} is required, but there is no such field.`,
          `Write one of: ${listed(Object.keys(fields))}.`,
        );
      }
    }
    for (const [name, field] of Object.entries(schema.$defs ?? {}))
      visit(field, pointerTo(at, '$defs', name), 'entry');
    if (schema.items) visit(schema.items, `${at}/items`, 'entry');
    if (typeof schema.additionalProperties === 'object')
      visit(schema.additionalProperties, `${at}/additionalProperties`, 'entry');
    for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
      for (const [index, part] of (schema[key] ?? []).entries())
        visit(part, `${at}/${key}/${index}`, 'part');
    }
    for (const key of ['not', 'if', 'then', 'else', 'contains', 'propertyNames'] as const) {
      const part = schema[key];
      if (part) visit(part, `${at}/${key}`, 'part');
    }
  }
}

/** Parts of a schema that say what a value may be, and not where its fields are. */
const CONDITIONS = [
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
] as const;

/** What is kept aside or looked up is found by its place, so it has to have one. */
function checkHidden(root: JsonSchema, pointer: string, report: Report): void {
  const visit = (schema: JsonSchema, inside: string | null): void => {
    const { personal, format, title = 'A field' } = schema;
    const marked = personal === true || REFERENCE_FORMATS.has(format ?? '');
    if (marked && inside !== null) {
      report(
        pointer,
        'hidden-field',
        `${quoted(title)} is ${personal === true ? 'personal' : `a ${format}`}, but stands inside ${quoted(inside)}, where it is not looked for.`,
        'Say it where the field itself is: under "properties", "items" or "additionalProperties".',
      );
    }
    const conditions = Object.fromEntries(CONDITIONS.map((key) => [key, schema[key]]));
    for (const [key, part] of Object.entries(conditions)) {
      if (part) mapParts({ [key]: part }, (one) => (visit(one, key), one));
    }
    const { properties, items, additionalProperties } = schema;
    const fields = [...Object.values(properties ?? {}), items, additionalProperties];
    for (const field of fields) if (typeof field === 'object') visit(field, inside);
  };
  visit(root, null);
}

function checkBounds(schema: JsonSchema, at: string, report: Report): void {
  const types: readonly string[] =
    typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const chosen = schema.enum ?? schema.const ?? schema.oneOf;
  if (
    types.includes('string') &&
    schema.maxLength === undefined &&
    chosen === undefined &&
    !isShort(schema.format)
  ) {
    report(
      at,
      'text-without-limit',
      'The text may be of any length.',
      'Add "maxLength", such as 200 for a line or 4000 for a paragraph.',
    );
  }
  if (types.includes('array')) {
    if (schema.maxItems === undefined)
      report(at, 'list-without-limit', 'The list may be of any length.', 'Add "maxItems".');
    if (schema.items === undefined)
      report(
        at,
        'list-without-items',
        'It is not said what the entries of the list are.',
        'Add "items".',
      );
  }
  const open = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  if (types.includes('object') && open && schema.maxProperties === undefined) {
    report(
      at,
      'object-without-limit',
      'The object may have any number of fields.',
      'Add "maxProperties", or "additionalProperties": false.',
    );
  }
  const says = schema.$ref ?? schema.type ?? chosen ?? schema.anyOf ?? schema.allOf;
  if (says === undefined)
    report(at, 'field-without-type', 'It is not said what kind of value this is.', 'Add "type".');
}

/** Formats that bound their text themselves. */
function isShort(format: string | undefined): boolean {
  return (
    format !== undefined &&
    [
      'date',
      'date-time',
      'time',
      'person',
      'organisation',
      'instance',
      'document',
      'uuid',
      'duration',
    ].includes(format)
  );
}

/** How many parts a schema has once every $ref is written out; Infinity when that never ends. */
function partsOf(root: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): number {
  const counted = new Map<string, number>();
  const count = (schema: JsonSchema, within: readonly string[]): number => {
    let parts = 1;
    if (schema.$ref !== undefined)
      parts += countReference(schema.$ref.replace('#/$defs/', ''), within);
    const inside: JsonSchema[] = [
      ...Object.values(schema.properties ?? {}),
      ...(schema.allOf ?? []),
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
    ];
    for (const key of [
      'items',
      'contains',
      'not',
      'if',
      'then',
      'else',
      'propertyNames',
    ] as const) {
      const part = schema[key];
      if (part) inside.push(part);
    }
    if (typeof schema.additionalProperties === 'object') inside.push(schema.additionalProperties);
    for (const part of inside) parts += count(part, within);
    return parts;
  };
  const countReference = (name: string, within: readonly string[]): number => {
    const target = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (target === undefined || within.includes(name)) return Number.POSITIVE_INFINITY;
    let parts = counted.get(name);
    if (parts === undefined) {
      parts = count(target, [...within, name]);
      counted.set(name, parts);
    }
    return parts;
  };
  return count(root, []);
}
