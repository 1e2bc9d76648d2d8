import type { Criterion, TransitionConfig, WorkflowDefinition } from '../../definition.ts';
import { formSchema } from '../../form.ts';
import { readsOf } from '../../gate.ts';
import type { JsonSchema } from '../../json-schema.ts';
import { didYouMean, listed, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { resolved, schemaAt } from '../schema-path.ts';

/** `everyParty`, `signedOff` and `signOff` find the lists and the document they count. */
export function checkGates(context: LintContext, report: Report): void {
  const { tree, definition, documents } = context;
  for (const { config, pointer } of tree.transitions) {
    const { guard } = config;
    if (guard === undefined) continue;
    const at = `${pointer}/guard`;
    const params = guard.params ?? {};
    checkApplies(params['all'], config, `${at}/params/all`, report);
    if (guard.type === 'meets') continue;
    if (!Object.hasOwn(definition.data.properties ?? {}, 'parties')) {
      report(
        at,
        'no-parties',
        'This gate counts the parties, but the data have no "parties".',
        'Add "parties" to the data: a list of the organisations.',
      );
    }
    if (guard.type === 'everyParty') {
      const where = Object.keys(params['where'] ?? {});
      checkList(params['in'], ['party', ...where], `${at}/params/in`, definition.data, report);
    } else {
      checkList(
        params['signatures'],
        ['party', 'person', 'manifest'],
        `${at}/params/signatures`,
        definition.data,
        report,
      );
      if (guard.type === 'signOff') {
        checkList(
          params['delegations'],
          ['party', 'person', 'delegate'],
          `${at}/params/delegations`,
          definition.data,
          report,
        );
        checkSigners(params, config, `${at}/params`, definition, report);
      }
      checkDocument(params['document'], `${at}/params/document`, documents, report);
    }
  }
}

/** Whether a button is there at all is told from the record alone, before anybody has asked. */
function checkApplies(
  criteria: unknown,
  { meta }: TransitionConfig,
  pointer: string,
  report: Report,
): void {
  for (const [index, criterion] of ((criteria ?? []) as readonly Criterion[]).entries()) {
    if (criterion.applies !== true) continue;
    const at = `${pointer}/${index}/applies`;
    const { readsEvent, readsParty } = readsOf(criterion);
    if (readsEvent || readsParty) {
      report(
        at,
        'applies-unknown',
        'Whether this concerns the record cannot be told before somebody acts: it reads what they send, or who they are.',
        'Read only "data", "settings" and "documents" here, or take "applies" out.',
      );
    } else if (meta?.label === undefined) {
      report(
        at,
        'applies-unknown',
        'No person takes this transition, so there is nothing to show or not to show.',
        'Take "applies" out.',
      );
    }
  }
}

/** A document that an effect of this workflow makes. */
export function checkDocument(
  name: unknown,
  pointer: string,
  documents: ReadonlySet<string>,
  report: Report,
): void {
  const document = String(name);
  if (documents.has(document)) return;
  report(
    pointer,
    'unknown-document',
    `No effect of this workflow makes the document ${quoted(document)}.`,
    `${didYouMean(document, documents)}Add a "document" effect of this name. Made here are: ${listed(documents)}.`,
  );
}

/** Who acts as a delegate is a role of this workflow; to whom it is passed on is asked in the form. */
function checkSigners(
  params: Readonly<Record<string, unknown>>,
  { meta }: TransitionConfig,
  at: string,
  { roles, data }: WorkflowDefinition,
  report: Report,
): void {
  const { delegateRole, passOnTo } = params;
  const known = Object.keys(roles);
  if (typeof delegateRole === 'string' && !known.includes(delegateRole)) {
    report(
      `${at}/delegateRole`,
      'unknown-role',
      `There is no role ${quoted(delegateRole)} in this workflow.`,
      `${didYouMean(delegateRole, known)}Write one of: ${listed(known, 20)}.`,
    );
  }
  const asked = Object.keys(formSchema(meta?.form, data).properties ?? {});
  if (typeof passOnTo === 'string' && !asked.includes(passOnTo)) {
    report(
      `${at}/passOnTo`,
      'unknown-field',
      `The form does not ask for ${quoted(passOnTo)}.`,
      `${didYouMean(passOnTo, asked)}Add it to the form: a person, to whom the signing is passed on.`,
    );
  }
}

/** A list of the data whose entries have these fields. */
export function checkList(
  name: unknown,
  needed: readonly string[],
  pointer: string,
  data: JsonSchema,
  report: Report,
): void {
  const fields = data.properties ?? {};
  const definitions = data.$defs ?? {};
  const known = Object.keys(fields);
  if (typeof name !== 'string' || !Object.hasOwn(fields, name)) {
    report(
      pointer,
      'unknown-field',
      `The data have no list ${quoted(name)}.`,
      `${didYouMean(String(name), known)}Write one of: ${listed(known)}.`,
    );
    return;
  }
  const { items } = resolved(fields[name] ?? {}, definitions);
  if (items === undefined) {
    report(
      pointer,
      'not-a-list',
      `${quoted(name)} is not a list.`,
      'Give it "type": "array" and "items" in the data.',
    );
    return;
  }
  for (const field of needed) {
    if (schemaAt(items, [field], definitions).found) continue;
    report(
      pointer,
      'unknown-field',
      `The entries of ${quoted(name)} have no field ${quoted(field)}.`,
      `Add "${field}" to the "items" of that list.`,
    );
  }
}
