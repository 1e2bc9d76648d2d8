import { compileCel } from './cel.ts';
import { listOf, type RoleSpec, type WorkflowDefinition } from './definition.ts';
import { readPath } from './expression.ts';
import { partiesOf } from './gate.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';

/** A person as the directory knows them in the instance's partnership, at this moment. */
export interface Standing {
  readonly person: string;
  readonly organisation: string | null;
  readonly roles: readonly string[];
  /** Looks after all partnerships of the installation. */
  readonly coordinator: boolean;
}

/** Does this person hold the role in this instance? A role that is not declared is held by nobody. */
export function holdsRole(
  definition: WorkflowDefinition,
  role: string,
  who: Standing,
  scope: Scope,
): boolean {
  const spec = Object.hasOwn(definition.roles, role) ? definition.roles[role] : undefined;
  if (!spec) return false;
  if (spec.when !== undefined && compileCel(spec.when)(scope) !== true) return false;
  // Whoever was named and has left the partnership since is a stranger like any other.
  const inside = who.coordinator || who.roles.length > 0;
  const named = (path: string): boolean => namesPerson(readPath(scope, path), spec.named, who);
  if (inside && listOf(spec.person).some(named)) return true;
  if (spec.held === undefined) return false;
  const wanted: readonly string[] = typeof spec.held === 'string' ? [spec.held] : spec.held;
  if (wanted.includes('coordinator') && who.coordinator) return true;
  if (!wanted.some((name) => who.roles.includes(name))) return false;
  const organisations = organisationsOfRole(spec, scope);
  return (
    organisations === null ||
    (who.organisation !== null && organisations.includes(who.organisation))
  );
}

/** A person's id, a list of them, or a list of entries that name one in the field `named`. */
function namesPerson(
  value: JsonValue | undefined,
  named: string | undefined,
  { person, organisation }: Standing,
): boolean {
  if (!Array.isArray(value)) return value === person;
  if (named === undefined) return value.includes(person);
  return value.some((entry) => {
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return false;
    if (entry[named] !== person) return false;
    return entry['party'] === undefined || entry['party'] === organisation;
  });
}

/** The roles, in the definition's order, that this person holds in this instance. */
export function rolesHeld(
  definition: WorkflowDefinition,
  who: Standing,
  scope: Scope,
): readonly string[] {
  return Object.keys(definition.roles).filter((role) => holdsRole(definition, role, who, scope));
}

/**
 * The organisations a role belongs to: those its `of` names, else the instance's parties; null when
 * it is open to every organisation of the partnership.
 */
export function organisationsOfRole(spec: RoleSpec, scope: Scope): readonly string[] | null {
  if (spec.of !== undefined) {
    const value = readPath(scope, spec.of);
    return typeof value === 'string' ? [value] : partiesOf(value);
  }
  const parties = partiesOf(scope.data['parties']);
  return parties.length > 0 ? parties : null;
}

/**
 * How somebody sees an instance: `concerned` sees it whole; to whom it was only `shared`, sees it as
 * it stands, without what led to it and what was said without prejudice.
 */
export type Sight = 'concerned' | 'shared';

/** How this person sees the instance, or null. Without `access` it is open to the partnership. */
export function sightOf(definition: WorkflowDefinition, who: Standing, scope: Scope): Sight | null {
  const inside = who.coordinator || who.roles.length > 0;
  const { access } = definition;
  if (!access) return inside ? 'concerned' : null;
  if (access.seenBy.some((role) => holdsRole(definition, role, who, scope))) return 'concerned';
  if (access.sharedWhen === undefined || !inside) return null;
  return compileCel(access.sharedWhen)(scope) === true ? 'shared' : null;
}
