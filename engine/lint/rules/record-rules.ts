import { listOf, type ValueExpression } from '../../definition.ts';
import type { JsonSchema } from '../../json-schema.ts';
import type { ActionSite } from '../../state-tree.ts';
import { checkField } from '../check-field.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { eventSchema, scopeSchema } from '../scope-schema.ts';
import { schemaAt } from '../schema-path.ts';

/** What `record` writes has a place in the data. */
export function checkRecords(context: LintContext, report: Report): void {
  for (const site of context.tree.actions) {
    if (site.action.type === 'record') checkRecord(site, context, report);
  }
}

function checkRecord(site: ActionSite, context: LintContext, report: Report): void {
  const { data } = context.definition;
  const params = site.action.params ?? {};
  const at = `${site.pointer}/params`;
  const event = eventSchema(context, site.transition);
  const set = (params['set'] ?? {}) as Readonly<Record<string, ValueExpression>>;
  for (const [name, value] of Object.entries(set)) {
    const field = checkField(name, pointerTo(at, 'set', name), data, report);
    if (field) checkPersonal(value, field, pointerTo(at, 'set', name), context, event, report);
  }
  for (const [index, name] of listOf(params['clear'] as string[] | undefined).entries()) {
    checkField(name, `${at}/clear/${index}`, data, report);
  }
  for (const key of ['append', 'upsert', 'remove'] as const) {
    const part = params[key] as
      | { list: string; key?: Readonly<Record<string, ValueExpression>>; item?: ValueExpression }
      | undefined;
    if (!part) continue;
    const list = checkField(part.list, `${at}/${key}/list`, data, report);
    if (!list) continue;
    if (list.items === undefined) {
      report(
        `${at}/${key}/list`,
        'not-a-list',
        `${quoted(part.list)} is not a list.`,
        'Give it "type": "array" and "items" in the data, or write "set".',
      );
      continue;
    }
    for (const name of Object.keys(part.key ?? {})) {
      checkEntryField(name, list.items, pointerTo(at, key, 'key', name), data, report);
    }
    if (part.item === null || typeof part.item !== 'object' || !('object' in part.item)) continue;
    for (const [name, value] of Object.entries(part.item.object)) {
      const where = pointerTo(at, key, 'item', 'object', name);
      const field = checkEntryField(name, list.items, where, data, report);
      if (field) checkPersonal(value, field, where, context, event, report);
    }
  }
}

function checkEntryField(
  name: string,
  entry: JsonSchema,
  pointer: string,
  data: JsonSchema,
  report: Report,
): JsonSchema | undefined {
  const found = schemaAt(entry, [name], data.$defs ?? {});
  if (found.found) return found.schema;
  report(
    pointer,
    'unknown-field',
    `The entries of the list have no field ${quoted(name)}.`,
    `${didYouMean(name, found.known)}Add it to "items" in the data, or write one of: ${listed(found.known)}.`,
  );
  return undefined;
}

/** A personal value is kept beside the history; only a personal field can hold where. */
function checkPersonal(
  value: ValueExpression,
  field: JsonSchema,
  pointer: string,
  context: LintContext,
  event: JsonSchema,
  report: Report,
): void {
  if (value === null || typeof value !== 'object' || !('from' in value)) return;
  const found = schemaAt(scopeSchema(context, event), value.from.split('.'));
  if (!found.found || found.schema.personal !== true || field.personal === true) return;
  report(
    pointer,
    'personal-into-plain',
    `${quoted(value.from)} is personal, but the field it goes into is not.`,
    'Add "personal": true to the field in the data.',
  );
}
