import type { Store } from '../../server/store/store.ts';
import { syntheticAppend } from '../support/synthetic-commit.ts';

/**
 * As many as write at once on a busy day. Larger groups would leave longer lists of free pages than a
 * store has that grew by its use.
 */
const AT_ONCE = 32;

/** Puts so many instances of one commit into a store, in a thousand partnerships. */
export async function fill(store: Store, instances: number): Promise<void> {
  for (let from = 0; from < instances; from += AT_ONCE) {
    const ids = Array.from({ length: Math.min(AT_ONCE, instances - from) }, (_, n) => from + n);
    await Promise.all(
      ids.map((n) =>
        store.commits.append(
          syntheticAppend({
            instance: `filling-${n}`,
            seq: 1,
            row: { partnership: `partnership-${n % 1_000}` },
          }),
        ),
      ),
    );
  }
}
