import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inBatches } from '../../../server/store/mongo/in-batches.ts';

const BOTH = 'over all';

/** Work that goes on until it is told to end; refuses what is `bad`, and all where it is told so. */
function watched() {
  const batches: (readonly string[])[] = [];
  const endings: ((outcome: 'done' | typeof BOTH) => void)[] = [];
  const ask = inBatches<string>(
    async (items) => {
      batches.push(items);
      const outcome = await new Promise((end) => endings.push(end));
      if (outcome === BOTH) throw new Error(BOTH);
      if (items.includes('bad')) throw new Error('bad');
    },
    { atOnce: 2, most: 3, overOne: (error) => (error as Error).message !== BOTH },
  );
  const end = async (outcome: 'done' | typeof BOTH = 'done'): Promise<void> => {
    endings.shift()?.(outcome);
    await turn();
  };
  return { ask, batches, end };
}

test('while few are under way nobody waits for another; who comes later shares the next batch', async () => {
  const { ask, batches, end } = watched();
  const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map(ask);
  expect(batches).toEqual([['a'], ['b']]);
  await end();
  expect(batches.slice(2)).toEqual([['c', 'd', 'e']]);
  await asked[0];
  await end();
  expect(batches.slice(3)).toEqual([['f']]);
  await end();
  await end();
  await Promise.all(asked);
  void ask('g');
  expect(batches.slice(4)).toEqual([['g']]);
});

test('nobody fails over another’s', async () => {
  const { ask, batches, end } = watched();
  const asked = Promise.allSettled(['a', 'b', 'c', 'bad', 'e'].map(ask));
  await end();
  await end();
  expect(batches.at(2)).toEqual(['c', 'bad', 'e']);
  await end();
  expect(batches.slice(3)).toEqual([['c'], ['bad'], ['e']]);
  for (let n = 0; n < 3; n += 1) await end();
  const states = (await asked).map(({ status }) => status);
  expect(states).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('where it is nobody’s own fault all are told at once', async () => {
  const { ask, batches, end } = watched();
  const asked = Promise.allSettled(['a', 'b', 'c', 'd'].map(ask));
  await end();
  await end();
  await end(BOTH);
  const states = (await asked).map(({ status }) => status);
  expect(states).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(batches).toHaveLength(3);
});
