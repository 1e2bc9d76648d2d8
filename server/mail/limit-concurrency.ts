/** Runs at most `most` of the works handed to it at once; the others wait in their order. */
export function limitConcurrency(
  most: number,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes later can slip in before.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
