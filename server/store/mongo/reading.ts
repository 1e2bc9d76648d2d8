import { AsyncLocalStorage } from 'node:async_hooks';

/** Keeps what was read while one thing is being shown, so that it is asked for once. */
export interface Reading {
  /** What is read within the work counts for all of it, until something is written there. */
  within<T>(work: () => T): T;
  /** What was read under this name before, within the same work; else what `ask` answers. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
  forget(): void;
}

interface Answers {
  readonly until: number;
  readonly known: Map<string, Promise<unknown>>;
}

/** What a page starts may outlive it, and must see what is new. */
const KNOWN_FOR_MS = 2_000;

export function createReading(): Reading {
  const scope = new AsyncLocalStorage<Answers>();
  return {
    within: (work) =>
      scope.run({ until: performance.now() + KNOWN_FOR_MS, known: new Map() }, work),
    once<T>(name: string, ask: () => Promise<T>): Promise<T> {
      const answers = scope.getStore();
      if (answers === undefined || performance.now() > answers.until) return ask();
      // a name belongs to one question, whose answers are of one kind
      const before = answers.known.get(name) as Promise<T> | undefined;
      if (before !== undefined) return before;
      const answer = ask();
      answers.known.set(name, answer);
      answer.catch(() => answers.known.delete(name));
      return answer;
    },
    forget() {
      scope.getStore()?.known.clear();
    },
  };
}
