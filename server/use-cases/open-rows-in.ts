import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';

/** A partnership seldom has more open records. */
const ROWS_AT_ONCE = 500;

/** All open records of a partnership, or of all of them, as they stand in lists, whoever asks. */
export async function openRowsIn(
  { store }: Services,
  partnership?: string,
): Promise<readonly InstanceRow[]> {
  const rows: InstanceRow[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.instances.list({
      ...(partnership === undefined ? {} : { partnership }),
      status: 'active',
      limit: ROWS_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.rows.filter((row) => row.partnership !== null));
    if (page.next === null) return rows;
    after = page.next;
  }
}
