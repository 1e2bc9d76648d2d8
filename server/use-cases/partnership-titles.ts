import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import { knownPartnerships } from './known-partnerships.ts';

/** The titles of an asker's partnerships by id, in order of title, as they are called now. */
export async function partnershipTitles(
  services: Services,
  asker: Asker,
): Promise<ReadonlyMap<string, string>> {
  const known = await knownPartnerships(services, asker);
  const titles = known.map(
    ({ partnership, row }) => [partnership.id, row?.title ?? partnership.title] as const,
  );
  return new Map(titles.sort((a, b) => ALPHABET.compare(a[1], b[1])));
}

const ALPHABET = new Intl.Collator('en-GB');
