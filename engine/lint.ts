import type { WorkflowDefinition } from './definition.ts';
import { withinBounds } from './lint/bounds.ts';
import type { Finding, Report } from './lint/finding.ts';
import type { Catalogue, LintContext, Rule } from './lint/lint-context.ts';
import { checkAlways } from './lint/rules/always-rules.ts';
import { checkDeadlines } from './lint/rules/deadline-rules.ts';
import { checkEffects } from './lint/rules/effect-rules.ts';
import { checkExpressions } from './lint/rules/expression-rules.ts';
import { checkFields, schemasAreSmall } from './lint/rules/field-rules.ts';
import { checkForms } from './lint/rules/form-rules.ts';
import { checkGates } from './lint/rules/gate-rules.ts';
import { checkOwing } from './lint/rules/owing-rules.ts';
import { checkPrivate } from './lint/rules/private-rules.ts';
import { checkReach } from './lint/rules/reach-rules.ts';
import { checkRecords } from './lint/rules/record-rules.ts';
import { checkRoles } from './lint/rules/role-rules.ts';
import { checkSheet } from './lint/rules/sheet-rules.ts';
import { checkStates } from './lint/rules/state-rules.ts';
import { checkTransitions } from './lint/rules/transition-rules.ts';
import { matchesSchema } from './lint/schema-findings.ts';
import { stateTree } from './state-tree.ts';

export type { Finding } from './lint/finding.ts';
export type { Catalogue } from './lint/lint-context.ts';

const RULES: readonly Rule[] = [
  checkStates,
  checkTransitions,
  checkReach,
  checkAlways,
  checkRoles,
  checkFields,
  checkRecords,
  checkForms,
  checkGates,
  checkDeadlines,
  checkOwing,
  checkEffects,
  checkExpressions,
  checkSheet,
  checkPrivate,
];

/** So many findings are enough to begin with; looking for more of them only costs time. */
const MOST_FINDINGS = 200;

/**
 * What is wrong with a definition, in the order of the file's rules; empty when it may be used.
 * Takes anything, also what a stranger sent: never throws, and takes bounded time and memory. First
 * its size, then its form (the published schema), then what it says.
 */
export function lintDefinition(definition: unknown, catalogue: Catalogue): readonly Finding[] {
  const findings = new Map<string, Finding>();
  const report: Report = (pointer, rule, message, mend) => {
    if (findings.size >= MOST_FINDINGS) throw new EnoughFindings();
    findings.set(`${pointer} ${rule} ${message}`, { pointer, rule, message, mend });
  };
  try {
    if (withinBounds(definition, report) && matchesSchema(definition, report)) {
      const context = contextOf(definition as WorkflowDefinition, catalogue);
      if (schemasAreSmall(context, report)) for (const rule of RULES) rule(context, report);
    }
  } catch (error) {
    if (!(error instanceof EnoughFindings)) throw error;
  }
  return [...findings.values()];
}

class EnoughFindings extends Error {}

function contextOf(definition: WorkflowDefinition, catalogue: Catalogue): LintContext {
  const tree = stateTree(definition);
  const documents = tree.actions.flatMap(({ action }) =>
    action.type === 'document' ? [String(action.params?.['name'])] : [],
  );
  return { definition, tree, catalogue, documents: new Set(documents) };
}
