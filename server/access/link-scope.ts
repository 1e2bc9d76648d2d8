import { candidatesAt } from '../../engine/choose-transition.ts';
import type { Head } from '../runtime/head.ts';
import type { LinkRecord } from '../store/link.ts';

/**
 * What a link lets its holder do where the instance stands. A link to decide also lets them decline,
 * pass on or ask, as far as the workflow offers that to their role in the same place: each party for
 * itself. Nothing else of the instance can be done with it.
 */
export function eventsOfLink(link: LinkRecord, { commit, workflow }: Head): readonly string[] {
  if (link.purpose !== 'decide') return link.events;
  const candidates = candidatesAt(workflow, commit.snapshot).filter(
    ({ meta }) => meta.label !== undefined && meta.by?.includes(link.role ?? '') === true,
  );
  const places = new Set(
    candidates.filter(({ event }) => link.events.includes(event)).map(({ state }) => state),
  );
  const beside = candidates.filter(
    ({ meta, state }) => meta.eachParty === true && places.has(state),
  );
  return [...new Set([...link.events, ...beside.map(({ event }) => event)])];
}

/** A link to decide is spent by its own decision; a question or a refusal to sign leaves it open. */
export function isSpentBy(link: LinkRecord, event: string): boolean {
  return link.purpose === 'decide' && link.events.includes(event);
}
