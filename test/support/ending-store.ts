import type { Store } from '../../server/store/store.ts';

const WRITES = /^(?:append|copy|put|publish|begin|advance|finish)/u;

/** A store whose process ends after so many writes: the next one, and all after it, never happen. */
export function endingStore(store: Store, writes: number): Store {
  let left = writes;
  const port = (target: object): object =>
    new Proxy(target, {
      get(owner, name) {
        const value: unknown = Reflect.get(owner, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (WRITES.test(String(name))) {
            if (left === 0) return Promise.reject(new Error('the process has ended'));
            left -= 1;
          }
          return (value as (...given: unknown[]) => unknown).apply(owner, args);
        };
      },
    });
  return Object.fromEntries(
    Object.entries(store).map(([name, part]) => [
      name,
      typeof part === 'object' && part !== null ? port(part as object) : part,
    ]),
  ) as unknown as Store;
}
