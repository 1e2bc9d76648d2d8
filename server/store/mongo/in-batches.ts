interface Waiting<T> {
  readonly item: T;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Limits {
  /** How many batches may be under way. */
  readonly atOnce: number;
  /** How many items a batch may have. */
  readonly most: number;
  /** Whether a batch may have failed over one item, so that the others are worth trying without it. */
  readonly overOne: (error: unknown) => boolean;
}

/**
 * Work that is cheaper for many at once: whoever asks is served at once while few batches are under way,
 * and otherwise in the next one, with all who have asked meanwhile. `work` must be such that it may be done
 * again: where one item may be at fault it is done for each alone, so that nobody fails over another's.
 */
export function inBatches<T>(
  work: (items: readonly T[]) => Promise<void>,
  { atOnce, most, overOne }: Limits,
): (item: T) => Promise<void> {
  const waiting: Waiting<T>[] = [];
  let underWay = 0;

  async function serve(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      await work(batch.map(({ item }) => item));
    } catch (error) {
      if (batch.length > 1 && overOne(error)) await Promise.all(batch.map((one) => serve([one])));
      else for (const { failed } of batch) failed(error);
      return;
    }
    for (const { done } of batch) done();
  }

  async function begin(): Promise<void> {
    underWay += 1;
    while (waiting.length > 0) await serve(waiting.splice(0, most));
    underWay -= 1;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (underWay < atOnce) void begin();
    });
}
