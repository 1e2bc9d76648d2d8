/** Lets the writers of one instance go one after the other, so that they do not race in vain. */
export interface InstanceQueue {
  run<T>(instance: string, work: () => Promise<T>): Promise<T>;
}

export function createInstanceQueue(): InstanceQueue {
  const last = new Map<string, Promise<unknown>>();
  return {
    async run(instance, work) {
      const before = last.get(instance);
      const mine = before ? before.then(work, work) : work();
      last.set(instance, mine);
      try {
        return await mine;
      } finally {
        if (last.get(instance) === mine) last.delete(instance);
      }
    },
  };
}
