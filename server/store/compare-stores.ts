import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import { HISTORIES } from './copy-store.ts';
import { type KindOfRecords, OTHER_KINDS, TASKS } from './kinds-of-records.ts';
import type { Page, PageAsk } from './page.ts';
import type { Store, TellProgress } from './store.ts';

const RECORDS_AT_ONCE = 200;

/** How two stores compare in one kind of records. */
export interface ComparedKind {
  readonly name: string;
  readonly title: string;
  /** How many there are in the first store and in the second. */
  readonly counts: readonly [number, number];
  /** Whether the same records are in both, to the last letter. */
  readonly same: boolean;
}

/** Compares all that two stores hold, but sessions, kind by kind, a page in memory at a time. */
export async function compareStores(
  a: Store,
  b: Store,
  tell?: TellProgress,
): Promise<readonly ComparedKind[]> {
  const compared: ComparedKind[] = [];
  for (const kind of [ROWS, TASKS, ...OTHER_KINDS]) {
    await tell?.(`Comparing the ${kind.title}`);
    const [first, second] = [await sumUp(a, kind, tell), await sumUp(b, kind, tell)];
    compared.push({
      name: kind.name,
      title: kind.title,
      counts: [first.count, second.count],
      same: first.count === second.count && first.sum === second.sum,
    });
  }
  return compared;
}

/** A row names the hash of its history's newest commit, in which all those before it are contained. */
const ROWS: Pick<KindOfRecords, 'name' | 'title' | 'page'> = {
  name: HISTORIES,
  title: HISTORIES,
  page: rows,
};

async function rows(
  { commits, instances }: Store,
  { after, limit }: PageAsk,
): Promise<Page<unknown>> {
  const ids = await commits.instances({ limit, ...(after === undefined ? {} : { after }) });
  const records = await Promise.all(ids.map((id) => instances.get(id)));
  return { records, next: ids.length < limit ? null : (ids.at(-1) ?? null) };
}

/** The number of records and a sum of their hashes, in which their order does not matter. */
async function sumUp(
  store: Store,
  kind: Pick<KindOfRecords, 'title' | 'page'>,
  tell: TellProgress | undefined,
): Promise<{ readonly count: number; readonly sum: bigint }> {
  let count = 0;
  let sum = 0n;
  let after: string | undefined;
  for (;;) {
    const ask = { limit: RECORDS_AT_ONCE, ...(after === undefined ? {} : { after }) };
    const { records, next } = await kind.page(store, ask);
    for (const record of records) sum += BigInt(`0x${sha256(canonicalJson(record ?? null))}`);
    count += records.length;
    await tell?.(`Comparing the ${kind.title}`, count);
    if (next === null) return { count, sum };
    after = next;
  }
}
