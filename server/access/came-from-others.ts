import type { Services } from '../services.ts';
import type { Commit } from '../store/commit.ts';
import type { RowAccess } from './row-access.ts';

/**
 * Whether what a commit holds came from a confidential record that its reader may not see: it would
 * let on that there is one. Throws `store-damaged` where that record cannot be read.
 */
export async function cameFromOthers(
  services: Pick<Services, 'store' | 'workflows'>,
  access: Pick<RowAccess, 'sightOf'>,
  { cause }: Pick<Commit, 'cause'>,
): Promise<boolean> {
  if (cause.kind !== 'signal') return false;
  const row = await services.store.instances.get(cause.instance);
  if (!row) return false;
  const { definition } = await services.workflows.version(row.workflow, row.version);
  if (!definition.access) return false;
  return (await access.sightOf(row)) === null;
}
