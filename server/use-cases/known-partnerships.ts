import type { Asker } from '../access/asker.ts';
import { createRowAccess, type RowAccess } from '../access/row-access.ts';
import { inGroups } from '../in-groups.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { PARTNERSHIP_WORKFLOW } from './create-partnership.ts';
import { everyRowOf } from './open-rows-in.ts';

/** A partnership as the directory has it, with the row of its own course: that knows what it is called now. */
export interface KnownPartnership {
  readonly partnership: Partnership;
  readonly row: InstanceRow | undefined;
}

/** Partnerships that are asked for together. */
const AT_ONCE = 25;

/** The partnerships that an asker belongs to or looks after, in no order. */
export async function knownPartnerships(
  services: Services,
  asker: Asker,
  access: RowAccess = createRowAccess(services, asker),
): Promise<readonly KnownPartnership[]> {
  const { directory, instances } = services.store;
  if (asker.person.coordinator) {
    // whoever looks after all of them need not ask for each
    const [all, rows] = await Promise.all([
      directory.partnerships(),
      everyRowOf(services, { workflow: PARTNERSHIP_WORKFLOW }),
    ]);
    const courses = new Map(rows.map((row) => [row.id, row]));
    return all.map((partnership) => ({ partnership, row: courses.get(partnership.instance) }));
  }
  const found: KnownPartnership[] = [];
  const memberships = await directory.membershipsOf(asker.person.id);
  await inGroups(memberships, AT_ONCE, async ({ partnership: id }) => {
    const [partnership, { roles }] = await Promise.all([
      directory.partnership(id),
      access.standingIn(id),
    ]);
    if (!partnership || roles.length === 0) return;
    found.push({ partnership, row: await instances.get(partnership.instance) });
  });
  return found;
}
