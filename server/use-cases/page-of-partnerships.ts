import type { Asker } from '../access/asker.ts';
import { standingReader } from '../access/standing.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import { loadPartnership } from '../access/load-partnership.ts';

/**
 * The partnerships an asker belongs to or looks after, in order of id, from the one after `after`
 * on. Only those of the page are read, however many there are.
 */
export async function pageOfPartnerships(
  services: Pick<Services, 'store' | 'workflows'>,
  asker: Asker,
  page: { readonly limit: number; readonly after?: string },
): Promise<{ readonly partnerships: readonly Partnership[]; readonly next: string | null }> {
  const partnerships: Partnership[] = [];
  for await (const partnership of partnershipsAfter(services, asker, page.after)) {
    if (partnerships.length === page.limit) {
      return { partnerships, next: partnerships.at(-1)?.id ?? null };
    }
    partnerships.push(partnership);
  }
  return { partnerships, next: null };
}

/** As above, one after the other for as long as they are asked for. */
export async function* partnershipsAfter(
  services: Pick<Services, 'store' | 'workflows'>,
  asker: Asker,
  after: string | undefined,
): AsyncGenerator<Partnership> {
  const { directory } = services.store;
  const standingIn = standingReader(services.store, asker.person);
  const all = asker.person.coordinator
    ? (await directory.partnerships()).map(({ id }) => id)
    : (await directory.membershipsOf(asker.person.id)).map(({ partnership }) => partnership);
  const ids = all.filter((id) => after === undefined || id > after).sort();
  for (const id of ids) {
    const partnership = await loadPartnership(services, id);
    const standing = await standingIn(id);
    if (partnership && (standing.coordinator || standing.roles.length > 0)) yield partnership;
  }
}
