import type { SettingSpec } from '../../definition.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { fieldsOf } from '../schema-path.ts';
import { formSchema } from '../../form.ts';

/** What stands beside the machine: register, titles, locks and settings name what exists. */
export function checkSheet({ definition, tree }: LintContext, report: Report): void {
  const fields = Object.keys(definition.data.properties ?? {});
  const columns = [...fields, 'state', ...Object.keys(definition.deadlines ?? {})];
  for (const [index, column] of (definition.register?.columns ?? []).entries()) {
    if (columns.includes(column)) continue;
    report(
      `/register/columns/${index}`,
      'unknown-column',
      `The register has a column ${quoted(column)}, but there is neither a field nor a deadline of this name.`,
      `${didYouMean(column, columns)}Write one of: ${listed(columns, 30)}.`,
    );
  }
  checkNames(definition.instanceTitle, fields, '/instanceTitle', report);
  for (const [index, lock] of (definition.locked ?? []).entries()) {
    for (const [place, field] of lock.fields.entries()) {
      if (fields.includes(field)) continue;
      report(
        `/locked/${index}/fields/${place}`,
        'unknown-field',
        `The data have no field ${quoted(field)} to lock.`,
        `${didYouMean(field, fields)}Write one of: ${listed(fields)}.`,
      );
    }
  }
  for (const [name, setting] of Object.entries(definition.settings ?? {})) {
    checkSetting(setting, pointerTo('/settings', name), report);
  }
  for (const { config, pointer } of tree.transitions) {
    const meta = config.meta;
    if (meta?.label === undefined) continue;
    const form = fieldsOf(formSchema(meta.form, definition.data));
    checkNames(meta.story, [...form.keys(), ...STORY_NAMES], `${pointer}/meta/story`, report);
  }
}

/** Names a story may use beside the fields of the form. */
const STORY_NAMES = ['party', 'person', 'organisation', 'role'];

function checkNames(
  text: string | undefined,
  known: readonly string[],
  pointer: string,
  report: Report,
): void {
  for (const [, name = ''] of (text ?? '').matchAll(/\{([^{}]*)\}/gu)) {
    if (known.includes(name)) continue;
    report(
      pointer,
      'unknown-field',
      `The sentence names ${quoted(name)}, which is not known.`,
      `${didYouMean(name, known)}Write one of: ${listed(known)}.`,
    );
  }
}

function checkSetting(setting: SettingSpec, pointer: string, report: Report): void {
  const { type, minimum, maximum } = setting;
  const value = setting.default;
  const fits = type === 'integer' ? Number.isInteger(value) : typeof value === type;
  if (!fits) {
    report(
      `${pointer}/default`,
      'wrong-default',
      `The default of ${quoted(setting.title)} is not of its type.`,
      `Write ${type === 'integer' ? 'a whole number' : type === 'string' ? 'a text' : 'true or false'}.`,
    );
  } else if (
    typeof value === 'number' &&
    (value < (minimum ?? value) || value > (maximum ?? value))
  ) {
    report(
      `${pointer}/default`,
      'wrong-default',
      `The default of ${quoted(setting.title)} lies outside its bounds.`,
      'Move the default, or "minimum" and "maximum".',
    );
  }
}
