import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import type { Organisation, Person } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { loadPartnership } from './load-partnership.ts';

/** Who and what a form may name in a partnership. */
export interface Choices {
  readonly organisations: readonly Organisation[];
  readonly people: readonly Person[];
  readonly instances: readonly InstanceRow[];
}

/**
 * What an asker may name in a form: organisations and people of the partnership, and its records. A
 * coordinator of the installation may name any organisation (to add a partner) and any open record of
 * the same kind elsewhere (to join an issue).
 */
export async function choicesFor(
  services: Pick<Services, 'store' | 'workflows'>,
  asker: Asker,
  partnership: string | null,
  workflow: string | null = null,
): Promise<Choices> {
  const { store } = services;
  const place = partnership === null ? undefined : await loadPartnership(services, partnership);
  const all = await store.directory.organisations();
  const inside = new Set(place?.organisations ?? []);
  const members = new Set(
    partnership === null
      ? []
      : (await store.directory.members(partnership)).map(({ person }) => person),
  );
  const people = (await store.directory.people()).filter(
    ({ id, organisation, disabledAt }) =>
      disabledAt === null && (members.has(id) || inside.has(organisation)),
  );
  const { coordinator } = asker.person;
  return {
    organisations: coordinator ? all : all.filter(({ id }) => inside.has(id)),
    people,
    instances: await instancesToName(services, coordinator, partnership, workflow),
  };
}

const MOST_INSTANCES = 200;

async function instancesToName(
  { store }: Pick<Services, 'store'>,
  coordinator: boolean,
  partnership: string | null,
  workflow: string | null,
): Promise<readonly InstanceRow[]> {
  const where =
    coordinator && workflow !== null ? { workflow } : partnership === null ? null : { partnership };
  if (where === null) return [];
  return (await store.instances.list({ ...where, status: 'active', limit: MOST_INSTANCES })).rows;
}
