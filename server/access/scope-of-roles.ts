import { compileCel, readBy } from '../../engine/cel.ts';
import { listOf, type WorkflowDefinition } from '../../engine/definition.ts';
import type { JsonValue } from '../../engine/json-value.ts';
import type { Scope } from '../../engine/scope.ts';

/**
 * Just enough of a scope to tell who holds which role, and who sees a confidential record: many are
 * kept at once.
 */
export function scopeOfRoles({ roles, access }: WorkflowDefinition, scope: Scope): Scope {
  const conditions = [access?.sharedWhen, ...Object.values(roles).map(({ when }) => when)];
  const names = new Set(['parties']);
  let documents = false;
  for (const condition of conditions) {
    if (condition === undefined) continue;
    const reads = readBy(compileCel(condition));
    if (reads.dataFields === null) return scope;
    documents ||= reads.names.has('documents');
    for (const name of reads.dataFields) names.add(name);
  }
  for (const { person, of } of Object.values(roles)) {
    for (const path of [...listOf(person), ...listOf(of)]) {
      const [root, field] = path.split('.');
      if (root === 'data' && field !== undefined) names.add(field);
    }
  }
  const data = Object.fromEntries(
    [...names].flatMap((name): [string, JsonValue][] => {
      const value = scope.data[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { ...scope, data, documents: documents ? scope.documents : {} };
}
