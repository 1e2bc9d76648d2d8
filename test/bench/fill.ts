import type { Store } from '../../server/store/store.ts';
import { syntheticAppend } from '../support/synthetic-commit.ts';

/** Puts so many instances of one commit into a store, in a thousand partnerships. */
export async function fill(store: Store, instances: number): Promise<void> {
  for (let from = 0; from < instances; from += 1_000) {
    const ids = Array.from({ length: Math.min(1_000, instances - from) }, (_, n) => from + n);
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
