import type { JsonSchema } from '../../json-schema.ts';
import { checkCel } from '../cel-check.ts';
import { type ExpressionSite, expressionSites } from '../expression-sites.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { eventSchema, type ScopeSchema, scopeSchema } from '../scope-schema.ts';
import { resolved, schemaAt } from '../schema-path.ts';

/** Expressions parse, stay within bounds, read what exists, and no gate hangs on personal values. */
export function checkExpressions(context: LintContext, report: Report): void {
  for (const site of expressionSites(context)) {
    if (site.language === 'path') checkPath(site, report);
    else {
      const { reads } = checkCel(site.text, site.scope, (rule, message, mend) => {
        report(site.pointer, rule, message, mend);
      });
      if (!site.decides) continue;
      for (const { path, schema } of reads) {
        if (schema.personal === true) reportPersonal(site.pointer, path, report);
      }
    }
  }
  for (const transition of context.tree.transitions) {
    const criteria = transition.config.guard?.params?.['all'];
    if (!Array.isArray(criteria)) continue;
    const scope = scopeSchema(context, eventSchema(context, transition));
    for (const [index, criterion] of (criteria as readonly { schema?: JsonSchema }[]).entries()) {
      if (!criterion.schema) continue;
      const pointer = `${transition.pointer}/guard/params/all/${index}/schema`;
      checkCriterion(criterion.schema, gateScope(scope), pointer, scope.$defs ?? {}, report);
    }
  }
}

function checkPath(site: ExpressionSite, report: Report): void {
  const found = schemaAt(site.scope, site.text.split('.'));
  if (found.found) return;
  report(
    site.pointer,
    'unknown-path',
    `There is no ${quoted(site.text)}: ${quoted(found.name)} is not known.`,
    `${didYouMean(found.name, found.known)}What is there: ${listed(found.known)}.`,
  );
}

function reportPersonal(pointer: string, path: string, report: Report): void {
  report(
    pointer,
    'personal-in-gate',
    `The gate reads ${quoted(path)}, which is personal and may be erased.`,
    'Decide on something that stays: a choice, a date, a number, or the id of the person.',
  );
}

/** What a `schema` criterion is held against. */
function gateScope(scope: ScopeSchema): JsonSchema {
  const { data = {}, event = {} } = scope.properties;
  return { type: 'object', properties: { data, event } };
}

/** A criterion's schema names only fields that what it checks can have. */
function checkCriterion(
  schema: JsonSchema,
  checked: JsonSchema,
  pointer: string,
  definitions: Readonly<Record<string, JsonSchema>>,
  report: Report,
): void {
  const at = (name: string): JsonSchema | undefined => {
    const found = schemaAt(checked, [name], definitions);
    return found.found ? found.schema : undefined;
  };
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const field = at(name);
    const where = pointerTo(pointer, 'properties', name);
    if (field === undefined) reportUnknown(where, name, checked, definitions, report);
    else {
      if (field.personal === true) reportPersonal(where, name, report);
      checkCriterion(inner, field, where, definitions, report);
    }
  }
  for (const [index, name] of (schema.required ?? []).entries()) {
    if (at(name) === undefined && !Object.hasOwn(schema.properties ?? {}, name)) {
      reportUnknown(`${pointer}/required/${index}`, name, checked, definitions, report);
    }
  }
  const entry = resolved(checked, definitions).items ?? {};
  for (const key of ['items', 'contains'] as const) {
    const inner = schema[key];
    if (inner) checkCriterion(inner, entry, `${pointer}/${key}`, definitions, report);
  }
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [index, inner] of (schema[key] ?? []).entries()) {
      checkCriterion(inner, checked, `${pointer}/${key}/${index}`, definitions, report);
    }
  }
  for (const key of ['not', 'if', 'then', 'else'] as const) {
    const inner = schema[key];
    if (inner) checkCriterion(inner, checked, `${pointer}/${key}`, definitions, report);
  }
}

function reportUnknown(
  pointer: string,
  name: string,
  checked: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  report: Report,
): void {
  const found = schemaAt(checked, [name], definitions);
  const known = found.found ? [] : found.known;
  report(
    pointer,
    'unknown-path',
    `There is no field ${quoted(name)} to check here.`,
    `${didYouMean(name, known)}What is there: ${listed(known)}.`,
  );
}
