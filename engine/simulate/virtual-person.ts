import type { CompiledWorkflow } from '../compile.ts';
import { ConcordatError } from '../errors.ts';
import type { Standing } from '../role.ts';

export interface VirtualPerson {
  readonly person: string;
  readonly organisation: string;
  /** A role of the workflow, or a membership role. */
  readonly role: string;
}

/** A person of a scenario has one role; one of the workflow's stands for the membership that holds it. */
export function standingOf(
  { definition }: CompiledWorkflow,
  who: VirtualPerson,
  wanted: string,
): Standing {
  const own = Object.hasOwn(definition.roles, who.role)
    ? definition.roles[who.role]?.held
    : undefined;
  const held = own === undefined ? [who.role] : typeof own === 'string' ? [own] : own;
  // Somebody who is given a role of the workflow acts in that one alone, unless it is a membership too.
  const speaksOfRole = own !== undefined && !held.includes(who.role);
  const roles = speaksOfRole && wanted !== who.role ? [] : held;
  return {
    person: who.person,
    organisation: who.organisation,
    roles,
    coordinator: who.role === 'coordinator',
  };
}

export function checkMayStart(workflow: CompiledWorkflow, by: VirtualPerson | undefined): void {
  const { start, roles } = workflow.definition;
  const may = start.by?.some((name) => {
    const held = roles[name]?.held;
    if (by === undefined) return false;
    return name === by.role || (typeof held === 'string' ? [held] : (held ?? [])).includes(by.role);
  });
  if (may !== true) throw notAllowed(workflow, start.label, start.by ?? []);
}

export function notAllowed(
  { definition }: CompiledWorkflow,
  label: string,
  by: readonly string[],
): ConcordatError {
  const who = by.map((name) => definition.roles[name]?.title ?? name).join(' or ');
  return new ConcordatError('not-allowed', `"${label}" needs one of ${by.join(', ')}`, {
    userMessage: `“${label}” can only be done by: ${who}.`,
  });
}
