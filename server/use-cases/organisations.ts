import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import type { Organisation, OrganisationKind } from '../store/directory.ts';
import { requireOverseer } from './require-overseer.ts';

/** All organisations in order of name; for those who look after all partnerships. */
export async function listAllOrganisations(
  { store }: Pick<Services, 'store'>,
  asker: Asker,
): Promise<readonly Organisation[]> {
  requireOverseer(asker);
  const all = await store.directory.organisations();
  return [...all].sort((a, b) => a.name.localeCompare(b.name, 'en-GB'));
}

/** Throws `not-found`. */
export async function requireOrganisation(
  { store }: Pick<Services, 'store'>,
  asker: Asker,
  id: string,
): Promise<Organisation> {
  requireOverseer(asker);
  const organisation = await store.directory.organisation(id);
  if (organisation) return organisation;
  throw new ConcordatError('not-found', `there is no organisation ${id}`, {
    userMessage: 'There is no such organisation here.',
  });
}

/** Another name or kind; documents that were drawn up keep the old name. */
export async function renameOrganisation(
  services: Pick<Services, 'store'>,
  asker: Asker,
  request: { readonly id: string; readonly name: string; readonly kind: OrganisationKind },
): Promise<Organisation> {
  const before = await requireOrganisation(services, asker, request.id);
  const name = request.name.trim();
  const same = (await services.store.directory.organisations()).find(
    (known) => known.id !== request.id && known.name.toLowerCase() === name.toLowerCase(),
  );
  if (same) {
    throw new ConcordatError('invalid-input', 'that name is taken', {
      userMessage: `Another organisation is called “${same.name}” already. Choose a name that tells them apart.`,
      details: { problems: [{ path: '/name', keyword: 'unique', params: {}, message: 'known' }] },
    });
  }
  const after = { ...before, name, kind: request.kind };
  await services.store.directory.putOrganisation(after);
  return after;
}
