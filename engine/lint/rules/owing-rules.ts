import { tells } from '../../owing.ts';
import type { StateNode } from '../../state-tree.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { checkDocument, checkList } from './gate-rules.ts';

/** Whoever has done their part is not reminded: where each party has its own, it is said who owes. */
export function checkOwing(context: LintContext, report: Report): void {
  const { definition, documents } = context;
  const roles = Object.keys(definition.roles);
  for (const [name, spec] of Object.entries(definition.deadlines ?? {})) {
    const pointer = pointerTo('/deadlines', name);
    for (const [role, owed] of Object.entries(spec.owedBy ?? {})) {
      const at = pointerTo(pointer, 'owedBy', role);
      if (!roles.includes(role)) {
        report(
          at,
          'unknown-role',
          `There is no role ${quoted(role)} in this workflow.`,
          `${didYouMean(role, roles)}Write one of: ${listed(roles, 20)}.`,
        );
      }
      if (owed.signOff === undefined) continue;
      const { signatures, delegations, document } = owed.signOff;
      const { data } = definition;
      const inside = `${at}/signOff`;
      const signed = ['party', 'person', 'manifest'];
      checkList(signatures, signed, `${inside}/signatures`, data, report);
      const passedOn = ['party', 'person', 'delegate'];
      checkList(delegations, passedOn, `${inside}/delegations`, data, report);
      checkDocument(document, `${inside}/document`, documents, report);
    }
    const done = rolesThatMayBeDone(name, context);
    for (const role of tells(spec)) {
      if (!done.has(role) || Object.hasOwn(spec.owedBy ?? {}, role)) continue;
      report(
        pointer,
        'reminds-who-is-done',
        `${quoted(role)} does this for each party, and is reminded of ${quoted(spec.title)} after having done it.`,
        `Add "owedBy": { "${role}": { "cel": a condition that is true for whoever still owes } } to the deadline.`,
      );
    }
  }
}

/** Those who act each for their party in a state that waits, by this deadline, for all of them. */
function rolesThatMayBeDone(deadline: string, { tree }: LintContext): ReadonlySet<string> {
  const roles = new Set<string>();
  for (const { kind, name, source } of tree.transitions) {
    if (kind !== 'after' || name !== deadline) continue;
    const waits = tree.transitions.some(
      ({ kind: by, source: from, config }) =>
        by === 'always' &&
        from === source &&
        (config.guard?.type === 'everyParty' || config.guard?.type === 'signedOff'),
    );
    if (!waits) continue;
    for (const { source: from, config } of tree.transitions) {
      if (config.meta?.eachParty !== true || !isInside(source, from)) continue;
      for (const role of config.meta.by ?? []) roles.add(role);
    }
  }
  return roles;
}

/** Is this state the other one, or inside it? */
function isInside(state: StateNode, other: StateNode): boolean {
  for (let at: StateNode | null = state; at !== null; at = at.parent) if (at === other) return true;
  return false;
}
