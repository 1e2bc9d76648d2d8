import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import type { Services } from '../services.ts';

/** The titles of an asker's partnerships by id, in order of title, as they are called now. */
export async function partnershipTitles(
  services: Services,
  asker: Asker,
): Promise<ReadonlyMap<string, string>> {
  const { directory, instances } = services.store;
  const access = createRowAccess(services, asker);
  const known = asker.person.coordinator
    ? await directory.partnerships()
    : await Promise.all(
        (await directory.membershipsOf(asker.person.id)).map(({ partnership }) =>
          directory.partnership(partnership),
        ),
      );
  const titles: [string, string][] = [];
  for (const partnership of known) {
    if (!partnership) continue;
    const { coordinator, roles } = await access.standingIn(partnership.id);
    if (!coordinator && roles.length === 0) continue;
    const course = await instances.get(partnership.instance);
    titles.push([partnership.id, course?.title ?? partnership.title]);
  }
  return new Map(titles.sort((a, b) => a[1].localeCompare(b[1], 'en-GB')));
}
