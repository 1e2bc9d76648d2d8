import { ConcordatError } from '../../engine/errors.ts';
import type { Installation } from '../store/installation-store.ts';
import type { Store } from '../store/store.ts';

/** What was said at set-up; throws `not-found` while nothing has been set up. */
export async function requireInstallation(
  store: Pick<Store, 'installation'>,
): Promise<Installation> {
  const installation = await store.installation.get();
  if (installation) return installation;
  throw new ConcordatError('not-found', 'this installation has not been set up', {
    userMessage:
      'This installation has not been set up yet. Open the set-up link that the server printed.',
  });
}
