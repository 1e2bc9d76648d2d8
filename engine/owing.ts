import { compileCel } from './cel.ts';
import type { DeadlineSpec } from './definition.ts';
import { owesSignature } from './may-sign.ts';
import type { Standing } from './role.ts';
import type { Scope } from './scope.ts';
import { signingReader } from './sign-off-gate.ts';

/**
 * Does whoever holds this role still owe what the deadline is about? Asked when a reminder or a chase
 * is sent, from the data as they stand then: whoever has done their part is left in peace. A role of
 * which the deadline says nothing owes for as long as the deadline runs.
 */
export function stillOwes(
  { owedBy }: Pick<DeadlineSpec, 'owedBy'>,
  role: string,
  { person, organisation }: Standing,
  scope: Scope,
): boolean {
  const spec = owedBy !== undefined && Object.hasOwn(owedBy, role) ? owedBy[role] : undefined;
  if (spec === undefined) return true;
  if (spec.signOff !== undefined) {
    const signing = signingReader({ ...spec.signOff })(scope);
    if (signing === null || organisation === null) return false;
    return owesSignature(signing, person, organisation);
  }
  const theirs: Scope = { ...scope, by: { person, organisation, role }, party: organisation };
  // An expression that cannot be worked out reminds once too often rather than never.
  return compileCel(spec.cel ?? 'true')(theirs) !== false;
}

/**
 * Does whoever is asked in this role still owe something, as far as the deadlines that remind or chase
 * that role say who owes? Where they say nothing, they do.
 */
export function owesWhatIsAsked(
  deadlines: readonly DeadlineSpec[],
  role: string,
  who: Standing,
  scope: Scope,
): boolean {
  const theirs = deadlines.filter(
    (spec) => tells(spec).includes(role) && Object.hasOwn(spec.owedBy ?? {}, role),
  );
  return theirs.length === 0 || theirs.some((spec) => stillOwes(spec, role, who, scope));
}

/** The roles that a deadline reminds or chases. */
export function tells({ reminders, chases }: DeadlineSpec): readonly string[] {
  return [...(reminders ?? []).flatMap(({ to }) => to), ...(chases?.to ?? [])];
}
