import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';

/**
 * Whether somebody in its partnership is told that a record is there which cannot be read. For whom a
 * confidential one is cannot be told any more, so only administrators hear of it.
 */
export async function mayKnowOf(
  { workflows }: Pick<Services, 'workflows'>,
  { person }: Asker,
  { workflow, version }: InstanceRow,
): Promise<boolean> {
  if (person.administrator) return true;
  return (await workflows.definition(workflow, version)).access === undefined;
}
