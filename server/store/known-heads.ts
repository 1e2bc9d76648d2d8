import type { StoredCommit } from './commit.ts';

/** The newest commits of instances as this process left them. */
export interface KnownHeads {
  /** Undefined when this process has not appended to the instance a moment ago. */
  get(instance: string): StoredCommit | undefined;
  remember(commit: StoredCommit): void;
  forget(instance: string): void;
}

/** After that it is likelier that another process has gone on, and asking is cheaper than losing. */
const KNOWN_FOR_MS = 5_000;
const MOST_KNOWN = 1_000;
/** Larger ones are read again: a thousand of them would fill the memory. */
const MOST_CHARACTERS = 50_000;

export function createKnownHeads(): KnownHeads {
  const heads = new Map<string, { readonly commit: StoredCommit; readonly until: number }>();
  return {
    get(instance) {
      const head = heads.get(instance);
      return head !== undefined && performance.now() < head.until ? head.commit : undefined;
    },
    remember(commit) {
      if (commit.text.length > MOST_CHARACTERS) return;
      if (heads.size >= MOST_KNOWN) heads.clear();
      heads.set(commit.instance, { commit, until: performance.now() + KNOWN_FOR_MS });
    },
    forget(instance) {
      heads.delete(instance);
    },
  };
}
