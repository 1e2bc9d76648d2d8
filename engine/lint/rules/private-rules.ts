import type { JsonSchema } from '../../json-schema.ts';
import { checkCel } from '../cel-check.ts';
import { expressionSites } from '../expression-sites.ts';
import { listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { schemaAt } from '../schema-path.ts';

/**
 * A field that only some roles read (`seenBy`) is kept beside the history, is asked for under the same
 * promise, and is shown nowhere else: in no mail, document, message, sentence, title or register.
 */
export function checkPrivate(context: LintContext, report: Report): void {
  const { definition, tree } = context;
  const known = Object.keys(definition.roles);
  const fields = Object.entries(definition.data.properties ?? {});
  for (const [name, field] of fields) {
    checkField(field, pointerTo('/data/properties', name), known, report);
  }
  const hidden = fields.filter(([, { seenBy }]) => seenBy !== undefined).map(([name]) => name);
  checkForm(definition.start.form, '/start/form', definition.data, report);
  for (const { config, pointer } of tree.transitions) {
    checkForm(config.meta?.form, `${pointer}/meta/form`, definition.data, report);
    checkSentence(config.meta?.story, `${pointer}/meta/story`, hidden, report);
  }
  checkSentence(definition.instanceTitle, '/instanceTitle', hidden, report);
  for (const [index, column] of (definition.register?.columns ?? []).entries()) {
    if (hidden.includes(column)) reportShown(`/register/columns/${index}`, column, report);
  }
  if (hidden.length > 0) checkEffects(context, report);
}

function checkField(
  field: JsonSchema,
  pointer: string,
  roles: readonly string[],
  report: Report,
): void {
  for (const [index, role] of (field.seenBy ?? []).entries()) {
    if (roles.includes(role)) continue;
    report(
      `${pointer}/seenBy/${index}`,
      'unknown-role',
      `There is no role ${quoted(role)} in this workflow.`,
      `Declare it under "roles", or write one of: ${listed(roles, 20)}.`,
    );
  }
  if (field.seenBy !== undefined && field.personal !== true) {
    report(
      pointer,
      'private-not-apart',
      'Only some roles are to read this field, but it would stand in the history, which others read.',
      'Add "personal": true, so that it is kept beside the history.',
    );
  }
  for (const [at, inner] of partsOf(field, pointer)) {
    if (inner.seenBy !== undefined) {
      report(
        at,
        'private-not-apart',
        '"seenBy" stands inside another field.',
        'Write it on a field of the data itself: the whole of it is for those roles.',
      );
    }
    if (field.seenBy !== undefined && inner.format === 'document') reportFile(at, report);
  }
  if (field.seenBy !== undefined && field.format === 'document') reportFile(pointer, report);
}

/** An upload belongs to the record, and whoever sees the record finds it there. */
function reportFile(pointer: string, report: Report): void {
  report(
    pointer,
    'private-not-apart',
    'Only some roles are to read this field, but whoever sees the record sees its files.',
    'Ask for words instead of a file, or take "seenBy" out.',
  );
}

function partsOf(schema: JsonSchema, pointer: string): readonly (readonly [string, JsonSchema])[] {
  const own = [
    ...Object.entries(schema.properties ?? {}).map(
      ([name, field]) => [pointerTo(pointer, 'properties', name), field] as const,
    ),
    ...(schema.items ? [[`${pointer}/items`, schema.items] as const] : []),
  ];
  return own.flatMap(([at, part]) => [[at, part] as const, ...partsOf(part, at)]);
}

/** What is typed into a form is kept as the form says; so it has to say what the data say. */
function checkForm(
  form: LintContext['definition']['start']['form'],
  pointer: string,
  data: JsonSchema,
  report: Report,
): void {
  if (form === undefined || 'fields' in form) return;
  for (const [name, field] of Object.entries(form.properties ?? {})) {
    const own = Object.hasOwn(data.properties ?? {}, name) ? data.properties?.[name] : undefined;
    const wanted = JSON.stringify(own?.seenBy);
    if (JSON.stringify(field.seenBy) === wanted && (wanted === undefined || field.personal))
      continue;
    report(
      pointerTo(pointer, 'properties', name),
      'private-not-apart',
      `The form and the data do not say alike who reads ${quoted(name)}.`,
      'Name the field in "fields" of the form, which takes it from the data as it stands there.',
    );
  }
}

function checkSentence(
  text: string | undefined,
  pointer: string,
  hidden: readonly string[],
  report: Report,
): void {
  for (const name of hidden) if (text?.includes(`{${name}}`)) reportShown(pointer, name, report);
}

/** Data may keep a private value under another name; everything else would carry it out. */
function checkEffects(context: LintContext, report: Report): void {
  const outward = context.tree.actions
    .filter(({ action }) => action.type !== 'record')
    .map(({ pointer }) => `${pointer}/`);
  for (const { pointer, language, text, scope } of expressionSites(context)) {
    if (!outward.some((action) => pointer.startsWith(action))) continue;
    const reads =
      language === 'cel'
        ? checkCel(text, scope, () => {}).reads
        : [{ path: text, schema: schemaAtPath(scope, text) }];
    for (const { path, schema } of reads) {
      if (schema?.seenBy !== undefined) reportShown(pointer, path, report);
    }
  }
}

function schemaAtPath(scope: JsonSchema, text: string): JsonSchema | undefined {
  const found = schemaAt(scope, text.split('.'));
  return found.found ? found.schema : undefined;
}

function reportShown(pointer: string, name: string, report: Report): void {
  report(
    pointer,
    'private-shown',
    `${quoted(name)} is for some roles alone, but this shows it to others.`,
    'Take it out, or take "seenBy" off the field.',
  );
}
