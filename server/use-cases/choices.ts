import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import { membersStanding, overseersStanding, standingOf } from '../access/standing.ts';
import type { Services } from '../services.ts';
import type { Organisation, Person } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { everyRowOf } from './open-rows-in.ts';
import { loadPartnership } from '../access/load-partnership.ts';

/** Who a form may name in a partnership. */
export interface Choices {
  readonly organisations: readonly Organisation[];
  /** Those of them that take part in the partnership, by id; null outside of any. */
  readonly inside: ReadonlySet<string> | null;
  readonly people: readonly Person[];
  /** For which organisation each of these people takes part, by their id. */
  readonly partOf: ReadonlyMap<string, string | null>;
  /** The organisation for which the asker takes part. */
  readonly own: string | null;
}

/**
 * Whom an asker may name in a form: organisations of the partnership, its members and those who look
 * after all partnerships (nobody else could be reached or let in). Whoever looks after the partnership
 * may name any organisation (to add a partner).
 */
export async function choicesFor(
  services: Pick<Services, 'store' | 'workflows'>,
  asker: Asker,
  partnership: string | null,
): Promise<Choices> {
  const { store } = services;
  const place = partnership === null ? undefined : await loadPartnership(services, partnership);
  const all = await store.directory.organisations();
  const inside = new Set(place?.organisations ?? []);
  const standing = await standingOf(store, asker.person, partnership);
  const members = await membersStanding(store, partnership);
  const reached = members.filter(
    ({ standing }) => standing.coordinator || standing.roles.length > 0,
  );
  if (partnership !== null) {
    const known = new Set(reached.map(({ person }) => person.id));
    const overseers = await overseersStanding(store, partnership);
    reached.push(...overseers.filter(({ person }) => !known.has(person.id)));
  }
  const { coordinator } = asker.person;
  return {
    organisations:
      coordinator || (asker.kind !== 'link' && standing.roles.includes('coordinator'))
        ? all
        : all.filter(({ id }) => inside.has(id)),
    inside: place === undefined ? null : inside,
    people: reached.map(({ person }) => person),
    partOf: new Map(reached.map(({ person, standing }) => [person.id, standing.organisation])),
    own: asker.kind === 'link' ? asker.link.organisation : standing.organisation,
  };
}

/**
 * The open records that an asker may name in a form, in order of title: all that they see in the
 * partnership, and for a coordinator of the installation those of the same kind everywhere (to join an
 * issue).
 */
export async function recordsToName(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
  asker: Asker,
  partnership: string | null,
  workflow: string,
): Promise<readonly InstanceRow[]> {
  if (asker.kind === 'link') return [];
  const where = asker.person.coordinator
    ? { workflow }
    : partnership === null
      ? null
      : { partnership };
  if (where === null) return [];
  const rows = await everyRowOf(services, { ...where, status: 'active' });
  return createRowAccess(services, asker).visible(rows);
}
