import { listOf } from '../../definition.ts';
import { formSchema } from '../../form.ts';
import type { JsonSchema } from '../../json-schema.ts';
import { ancestorsOf, enteredWith, type Transition } from '../../state-tree.ts';
import { checkField } from '../check-field.ts';
import { expressionSites } from '../expression-sites.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { fieldsOf, resolved } from '../schema-path.ts';

/** What a form asks for is kept, and a start gives what the data and the gates need. */
export function checkForms(context: LintContext, report: Report): void {
  for (const transition of context.tree.transitions) checkForm(transition, context, report);
  checkStart(context, report);
  checkBeginning(context, report);
}

function checkForm(transition: Transition, context: LintContext, report: Report): void {
  const form = transition.config.meta?.form;
  if (form === undefined) return;
  const { data } = context.definition;
  const pointer = `${transition.pointer}/meta/form`;
  if ('fields' in form) checkFieldNames(form.fields, form.required ?? [], pointer, data, report);
  const actions = actionsTaking(transition, context);
  const kept = keptFields(actions.map(({ params }) => params ?? {}));
  const recordsForm = actions.some(
    ({ type, params }) => type === 'record' && Object.keys(params ?? {}).length === 0,
  );
  for (const [name, field] of fieldsOf(formSchema(form, data))) {
    if (kept.has(name)) continue;
    const own = Object.hasOwn(data.properties ?? {}, name) ? data.properties?.[name] : undefined;
    const at =
      'fields' in form
        ? `${pointer}/fields/${form.fields.indexOf(name)}`
        : pointerTo(pointer, 'properties', name);
    if (!recordsForm || own === undefined) {
      const mend = recordsForm
        ? `${didYouMean(name, Object.keys(data.properties ?? {}))}Add "${name}" to the data, or record it under another name with "set".`
        : 'Add { "type": "record" } to the actions, or a "set" that takes it, or take the field out of the form.';
      report(
        at,
        'field-not-stored',
        `What is typed into ${quoted(field.title ?? name)} is kept nowhere.`,
        mend,
      );
    } else if (field.personal === true && own.personal !== true) {
      report(
        at,
        'personal-into-plain',
        `${quoted(name)} is personal in the form, but not in the data.`,
        'Add "personal": true to the field in the data.',
      );
    }
  }
}

function checkStart({ definition }: LintContext, report: Report): void {
  const { start, data } = definition;
  for (const name of Object.keys(start.set ?? {})) {
    checkField(name, pointerTo('/start/set', name), data, report);
  }
  if (start.form === undefined) return;
  if ('fields' in start.form) {
    checkFieldNames(start.form.fields, start.form.required ?? [], '/start/form', data, report);
    return;
  }
  const kept = keptFields([start.set ?? {}]);
  for (const [name, field] of Object.entries(start.form.properties ?? {})) {
    if (kept.has(name) || Object.hasOwn(data.properties ?? {}, name)) continue;
    report(
      pointerTo('/start/form/properties', name),
      'field-not-stored',
      `What is typed into ${quoted(field.title ?? name)} is kept nowhere.`,
      `${didYouMean(name, Object.keys(data.properties ?? {}))}Add "${name}" to the data, or take it into another field with "set".`,
    );
  }
}

/** Gates count lists, and data that are refused stop a start: so both are there from the first moment. */
function checkBeginning(context: LintContext, report: Report): void {
  const { start, data } = context.definition;
  const counted = listsCounted(context);
  const form = formSchema(start.form, data);
  const always = (name: string): boolean =>
    data.properties?.[name]?.default !== undefined || Object.hasOwn(start.set ?? {}, name);
  for (const [name, schema] of Object.entries(data.properties ?? {})) {
    const isList = resolved(schema, data.$defs ?? {}).type === 'array';
    const given = always(name) || data.required?.includes(name) || form.required?.includes(name);
    if (!isList || given || !counted.has(name)) continue;
    report(
      pointerTo('/data/properties', name),
      'list-without-default',
      `The list ${quoted(schema.title ?? name)} is not there until something is put into it, so no gate can count it.`,
      'Add "default": [].',
    );
  }
  if (start.by === undefined) return;
  for (const [index, name] of (data.required ?? []).entries()) {
    if (always(name) || form.required?.includes(name)) continue;
    report(
      `/data/required/${index}`,
      'required-not-given',
      `The data must hold ${quoted(name)}, but a person may start without giving it.`,
      'Ask for it in the start form as "required", work it out in "set", or give it a "default".',
    );
  }
}

/** The data fields that a gate reads without asking whether they are there. */
function listsCounted(context: LintContext): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { text, language, decides } of expressionSites(context)) {
    if (language !== 'cel' || !decides) continue;
    for (const [, name = ''] of text.matchAll(/\bdata\.([A-Za-z]\w*)/gu)) {
      if (!text.includes(`has(data.${name})`)) names.add(name);
    }
  }
  for (const { config } of context.tree.transitions) {
    const { guard } = config;
    if (guard === undefined || guard.type === 'meets') continue;
    names.add(String(guard.params?.['in'] ?? guard.params?.['signatures'])).add('parties');
  }
  return names;
}

function checkFieldNames(
  fields: readonly string[],
  required: readonly string[],
  pointer: string,
  data: JsonSchema,
  report: Report,
): void {
  for (const [index, name] of fields.entries())
    checkField(name, `${pointer}/fields/${index}`, data, report);
  for (const [index, name] of required.entries()) {
    if (fields.includes(name)) continue;
    report(
      `${pointer}/required/${index}`,
      'unknown-field',
      `${quoted(name)} is required, but the form does not ask for it.`,
      `Add it to "fields", or write one of: ${listed(fields)}.`,
    );
  }
}

/** The effects that see the event: those of the transition, of leaving, of entering, and what follows at once. */
function actionsTaking(transition: Transition, { tree }: LintContext) {
  const { source, target, config } = transition;
  const entered = target ? enteredWith(target) : new Set([source]);
  const left = target ? [source, ...ancestorsOf(source)] : [];
  return [
    ...listOf(config.actions),
    ...left.flatMap((state) => listOf(state.config.exit)),
    ...(target ? [...entered].flatMap((state) => listOf(state.config.entry)) : []),
    ...tree.transitions
      .filter(({ kind, source: state }) => kind === 'always' && entered.has(state))
      .flatMap((always) => listOf(always.config.actions)),
  ].filter(({ type }) => ['record', 'start', 'signal', 'document'].includes(type));
}

/** The names of event fields that these values read. */
function keptFields(values: readonly unknown[]): ReadonlySet<string> {
  const text = values.map((value) => JSON.stringify(value)).join('\n');
  const names = text.matchAll(/\bevent(?:\.|\[\s*(?:'|\\"))([A-Za-z]\w*)/gu);
  return new Set(Array.from(names, ([, name]) => name ?? ''));
}
