import type { Asker } from '../access/asker.ts';
import { standingReader } from '../access/standing.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import { loadPartnership } from './load-partnership.ts';

/**
 * The partnerships an asker belongs to or looks after, in order of id, from the one after `after`
 * on. Only those of the page are read, however many there are.
 */
export async function pageOfPartnerships(
  services: Pick<Services, 'store' | 'workflows'>,
  asker: Asker,
  page: { readonly limit: number; readonly after?: string },
): Promise<{ readonly partnerships: readonly Partnership[]; readonly next: string | null }> {
  const { directory } = services.store;
  const standingIn = standingReader(services.store, asker.person);
  const all = asker.person.coordinator
    ? (await directory.partnerships()).map(({ id }) => id)
    : (await directory.membershipsOf(asker.person.id)).map(({ partnership }) => partnership);
  const ids = all.filter((id) => page.after === undefined || id > page.after).sort();
  const partnerships: Partnership[] = [];
  for (const id of ids) {
    const partnership = await loadPartnership(services, id);
    const standing = await standingIn(id);
    if (!partnership || (!standing.coordinator && standing.roles.length === 0)) continue;
    if (partnerships.length === page.limit) {
      return { partnerships, next: partnerships.at(-1)?.id ?? null };
    }
    partnerships.push(partnership);
  }
  return { partnerships, next: null };
}
