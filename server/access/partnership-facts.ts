import type { PartnershipFacts } from '../../engine/scope.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';

/** What a workflow that starts in a partnership may know of it, with what each organisation is. */
export async function partnershipFacts(
  { store }: Pick<Services, 'store'>,
  partnership: Partnership,
): Promise<PartnershipFacts> {
  const { id, title, lead, organisations } = partnership;
  const known = await Promise.all(organisations.map((one) => store.directory.organisation(one)));
  const kinds = known.flatMap((one) => (one ? [[one.id, one.kind] as const] : []));
  return { id, title, lead, organisations, kinds: Object.fromEntries(kinds) };
}
