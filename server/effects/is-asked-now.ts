import { asksAt } from '../../engine/asks-at.ts';
import { partiesOf } from '../../engine/gate.ts';
import { optionsAt } from '../../engine/options.ts';
import { placeOf } from '../../engine/place.ts';
import type { Scope } from '../../engine/scope.ts';
import type { Recipient } from '../access/recipients.ts';
import type { Head } from '../runtime/head.ts';

/**
 * Whether somebody, in the role by which a mail reaches them, can do one of these events now; without
 * events, something that the place where the record stands asks for.
 */
export function isAskedNow(
  { workflow, commit }: Head,
  scope: Scope,
  { role, standing }: Recipient,
  events?: readonly string[],
): boolean {
  const { snapshot } = commit;
  const state = placeOf(workflow, snapshot, scope).states.join(' ');
  const asked = events ?? asksAt(workflow, state).asks.map(({ event }) => event);
  const { organisation } = standing;
  const parties = partiesOf(scope.data['parties']);
  const party = organisation !== null && parties.includes(organisation) ? organisation : null;
  return optionsAt(workflow, snapshot, { ...scope, party }).some(
    ({ event, by, unmet }) => asked.includes(event) && by.includes(role) && unmet.length === 0,
  );
}
