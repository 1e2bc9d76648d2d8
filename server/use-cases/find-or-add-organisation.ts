import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import type { Organisation, OrganisationKind } from '../store/directory.ts';
import { addOrganisation } from './invite-person.ts';

/** The kinds of organisation there are, as a form offers them. */
export const ORGANISATION_KINDS: readonly {
  readonly const: OrganisationKind;
  readonly title: string;
}[] = [
  { const: 'council', title: 'Council' },
  { const: 'nhs', title: 'NHS body or health service' },
  { const: 'charity', title: 'Charity or community organisation' },
  { const: 'company', title: 'Company' },
  { const: 'other', title: 'Something else' },
];

/**
 * An organisation named in another form: the one that has this name, or a new one. A form that is
 * sent a second time finds what its first sending added.
 */
export async function findOrAddOrganisation(
  services: Services,
  asker: Asker,
  request: { readonly name: string; readonly kind: OrganisationKind },
): Promise<Organisation> {
  const wanted = request.name.trim().toLowerCase();
  const known = (await services.store.directory.organisations()).find(
    ({ name }) => name.toLowerCase() === wanted,
  );
  return known ?? addOrganisation(services, asker, request);
}
