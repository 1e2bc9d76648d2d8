import { listOf, type RoleSpec } from '../../definition.ts';
import type { JsonSchema } from '../../json-schema.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { schemaAt } from '../schema-path.ts';

/** Roles are declared, somebody can hold them, and every name of one is known. */
export function checkRoles(context: LintContext, report: Report): void {
  const { definition, tree, catalogue } = context;
  for (const [name, role] of Object.entries(definition.roles)) {
    const pointer = pointerTo('/roles', name);
    if (role.held === undefined && role.person === undefined) {
      report(
        pointer,
        'nobody-may-take',
        `Nobody holds the role ${quoted(name)}.`,
        'Add "held": a membership role, or "person": a path to a person.',
      );
    }
    checkNamed(name, role, definition.data, report);
    for (const [index, held] of listOf(role.held).entries()) {
      if (catalogue.membershipRoles.has(held)) continue;
      const at = typeof role.held === 'string' ? `${pointer}/held` : `${pointer}/held/${index}`;
      report(
        at,
        'unknown-membership-role',
        `There is no membership role ${quoted(held)}.`,
        `${didYouMean(held, catalogue.membershipRoles)}Write one of: ${listed(catalogue.membershipRoles, 20)}.`,
      );
    }
  }
  const known = Object.keys(definition.roles);
  const check = (names: unknown, pointer: string): void => {
    for (const [index, name] of (Array.isArray(names) ? (names as string[]) : []).entries()) {
      if (known.includes(name)) continue;
      report(
        `${pointer}/${index}`,
        'unknown-role',
        `There is no role ${quoted(name)} in this workflow.`,
        `${didYouMean(name, known)}Declare it under "roles", or write one of: ${listed(known, 20)}.`,
      );
    }
  };
  check(definition.start.by, '/start/by');
  check(definition.access?.seenBy, '/access/seenBy');
  for (const [name, deadline] of Object.entries(definition.deadlines ?? {})) {
    const pointer = pointerTo('/deadlines', name);
    check(deadline.chases?.to, `${pointer}/chases/to`);
    for (const [index, { to }] of (deadline.reminders ?? []).entries()) {
      check(to, `${pointer}/reminders/${index}/to`);
    }
  }
  for (const { config, pointer } of tree.transitions) check(config.meta?.by, `${pointer}/meta/by`);
  for (const { action, pointer } of tree.actions)
    check(action.params?.['to'], `${pointer}/params/to`);
  for (const state of tree.states) {
    for (const [index, { owner }] of (state.config.meta?.steps ?? []).entries()) {
      if (known.includes(owner)) continue;
      report(
        `${state.pointer}/meta/steps/${index}/owner`,
        'unknown-role',
        `There is no role ${quoted(owner)} in this workflow.`,
        `${didYouMean(owner, known)}Write one of: ${listed(known, 20)}.`,
      );
    }
  }
}

/** `named` is a field of the entries in the list that `person` leads to. */
function checkNamed(name: string, role: RoleSpec, data: JsonSchema, report: Report): void {
  const { person, named } = role;
  if (named === undefined) return;
  const definitions = data.$defs ?? {};
  const without = listOf(person).filter((path) => {
    const place = schemaAt(data, path.split('.').slice(1), definitions);
    const items = place.found ? place.schema.items : undefined;
    return items === undefined || !schemaAt(items, [named], definitions).found;
  });
  if (person !== undefined && without.length === 0) return;
  report(
    pointerTo('/roles', name, 'named'),
    'unknown-field',
    `The entries of ${quoted(without[0] ?? '')} have no field ${quoted(named)}.`,
    'Let "person" lead to a list in the data, and "named" be the field of its entries that holds the person.',
  );
}
