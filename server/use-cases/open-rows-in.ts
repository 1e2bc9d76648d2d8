import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';

/** A partnership seldom has more records. */
const ROWS_AT_ONCE = 500;

/** All open records of a partnership, or of all of them, as they stand in lists, whoever asks. */
export function openRowsIn(
  services: Services,
  partnership?: string,
): Promise<readonly InstanceRow[]> {
  return everyRowOf(
    services,
    partnership === undefined ? { status: 'active' } : { partnership, status: 'active' },
  );
}

/** All records of a kind, newest change first, however many there are; whoever asks. */
export async function everyRowOf(
  { store }: Pick<Services, 'store'>,
  filter: {
    readonly partnership?: string;
    readonly workflow?: string;
    readonly status?: 'active' | 'done';
  },
): Promise<readonly InstanceRow[]> {
  const rows: InstanceRow[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.instances.list({
      ...filter,
      limit: ROWS_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    after = page.next;
  }
}
