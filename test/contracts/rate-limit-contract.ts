import { describe, expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../server/store/store.ts';
import { minute } from '../support/synthetic-commit.ts';

const FIVE_MINUTES = 5 * 60_000;

/** How every store counts tries. `open` answers a new and empty store. */
export function describeRateLimitContract(name: string, open: () => Promise<Store>): void {
  async function fresh(): Promise<Store['rateLimits']> {
    const store = await open();
    onTestFinished(() => store.close());
    return store.rateLimits;
  }

  describe(`${name}: how often something was tried`, () => {
    test('tries under a key are counted from the first one on, until its window is over', async () => {
      const limits = await fresh();
      const until = minute(5);
      expect(await limits.count('k', minute(0), FIVE_MINUTES)).toEqual({ made: 1, until });
      expect(await limits.count('k', minute(4), FIVE_MINUTES)).toEqual({ made: 2, until });
      expect(await limits.tries('k', minute(4))).toEqual({ made: 2, until });
      expect(await limits.tries('k', minute(5))).toBeUndefined();
      const anew = { made: 1, until: minute(10) };
      expect(await limits.count('k', minute(5), FIVE_MINUTES)).toEqual(anew);
    });

    test('each key is counted for itself, and looking counts nothing', async () => {
      const limits = await fresh();
      await limits.count('a', minute(0), FIVE_MINUTES);
      expect(await limits.tries('b', minute(0))).toBeUndefined();
      expect(await limits.count('b', minute(0), FIVE_MINUTES)).toMatchObject({ made: 1 });
      expect(await limits.count('a', minute(0), FIVE_MINUTES)).toMatchObject({ made: 2 });
    });

    test('of many tries at once each is counted, also those that begin a window', async () => {
      const limits = await fresh();
      for (const at of [minute(0), minute(60)]) {
        const tries = await Promise.all(
          Array.from({ length: 20 }, () => limits.count('k', at, FIVE_MINUTES)),
        );
        const made = tries.map((one) => one.made).toSorted((a, b) => a - b);
        expect(made).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
      }
    });
  });
}
