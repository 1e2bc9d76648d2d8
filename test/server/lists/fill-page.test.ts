import { describe, expect, test } from 'vitest';
import { fillPage } from '../../../server/use-cases/fill-page.ts';

/** A listing of the numbers from 1 to `count`, whose cursor is the last one shown; counts the questions. */
function numbers(count: number) {
  let questions = 0;
  return {
    questions: () => questions,
    list: async ({ limit, after = '0' }: { readonly limit: number; readonly after?: string }) => {
      questions += 1;
      const from = Number(after);
      const items = Array.from({ length: Math.min(limit, count - from) }, (_, n) => from + n + 1);
      const last = items.at(-1) ?? count;
      return { items, next: last < count ? String(last) : null };
    },
  };
}

const every = (step: number) => async (items: readonly number[]) =>
  items.map((one) => (one % step === 0 ? one : null));

describe('a page of what is somebody’s, out of a list of everything', () => {
  test.each([1, 2, 7, 100, 101, 640])(
    'passes over nothing where one in %d is theirs, and shows none twice',
    async (step) => {
      const { list } = numbers(1_000);
      const all: number[] = [];
      for (let after: string | undefined; ; ) {
        const page = { limit: 25, most: 300, ...(after === undefined ? {} : { after }) };
        const { items, next } = await fillPage(page, list, every(step));
        expect(items.length).toBeLessThanOrEqual(25);
        all.push(...items);
        if (next === null) break;
        after = next;
      }
      expect(all).toEqual(
        Array.from({ length: Math.floor(1_000 / step) }, (_, n) => (n + 1) * step),
      );
    },
  );

  test('asks once where all are theirs, and in large steps where few are', async () => {
    const theirs = numbers(1_000);
    await fillPage({ limit: 25, most: 5_000 }, theirs.list, every(1));
    expect(theirs.questions()).toBe(1);
    const others = numbers(1_000);
    await fillPage({ limit: 25, most: 5_000 }, others.list, every(30));
    expect(others.questions()).toBeLessThan(8);
  });

  test('ends early, with a cursor, when enough has been looked through', async () => {
    const { list, questions } = numbers(100_000);
    const { items, next } = await fillPage({ limit: 25, most: 1_000 }, list, every(90_000));
    expect(items).toEqual([]);
    expect(next).not.toBeNull();
    expect(questions()).toBeLessThan(8);
  });
});
