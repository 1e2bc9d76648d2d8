/** What was worked out, by id; beyond `most` those kept longest ago are worked out again. */
export interface Kept<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
}

/** Keeps values in memory for as long as their owner lives, such as a store: each has its own. */
export function keptFor<T>(most: number): (owner: object) => Kept<T> {
  const owners = new WeakMap<object, Kept<T>>();
  return (owner) => {
    const known = owners.get(owner) ?? createKept<T>(most);
    owners.set(owner, known);
    return known;
  };
}

function createKept<T>(most: number): Kept<T> {
  const values = new Map<string, T>();
  return {
    get: (id) => values.get(id),
    set(id, value) {
      values.delete(id);
      values.set(id, value);
      if (values.size <= most) return;
      for (const oldest of [...values.keys()].slice(0, Math.ceil(most / 10))) values.delete(oldest);
    },
  };
}
