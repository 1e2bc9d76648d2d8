import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import type { Organisation, Person } from '../store/directory.ts';
import { choicesFor } from './choices.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { partnershipsAfter } from './page-of-partnerships.ts';
import { isOverseer } from './require-overseer.ts';

type Known = Pick<Services, 'store' | 'workflows'>;

/**
 * The organisations an asker may know of: their own and those of their partnerships, or of one of
 * these; all of them for who looks after the installation. In order of name.
 */
export async function listOrganisations(
  services: Known,
  asker: Asker,
  partnership?: string,
): Promise<readonly Organisation[]> {
  const { directory } = services.store;
  const all = await directory.organisations();
  if (partnership === undefined && isOverseer(asker)) return [...all].sort(byName);
  const inside = new Set(
    (await partnershipsOf(services, asker, partnership)).flatMap(
      ({ organisations }) => organisations,
    ),
  );
  if (partnership === undefined) inside.add(asker.person.organisation);
  return all.filter(({ id }) => inside.has(id)).sort(byName);
}

/** The people an asker may know of, by the same rule; none who have left. In order of name. */
export async function listPeople(
  services: Known,
  asker: Asker,
  partnership?: string,
): Promise<readonly Person[]> {
  const { directory } = services.store;
  if (partnership === undefined && isOverseer(asker)) {
    const all = await directory.people();
    return all.filter(({ disabledAt }) => disabledAt === null).sort(byName);
  }
  const found = new Map<string, Person>();
  if (partnership === undefined) found.set(asker.person.id, asker.person);
  for (const { id } of await partnershipsOf(services, asker, partnership)) {
    const { people } = await choicesFor(services, asker, id);
    for (const person of people) found.set(person.id, person);
  }
  return [...found.values()].sort(byName);
}

async function partnershipsOf(
  services: Known,
  asker: Asker,
  partnership: string | undefined,
): Promise<readonly { readonly id: string; readonly organisations: readonly string[] }[]> {
  if (partnership !== undefined) return [await visiblePartnership(services, asker, partnership)];
  const all = [];
  for await (const one of partnershipsAfter(services, asker, undefined)) all.push(one);
  return all;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, 'en-GB');
}
