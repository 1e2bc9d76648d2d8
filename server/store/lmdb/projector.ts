import type { ConcordatError } from '../../../engine/errors.ts';
import { damaged as damagedStore } from '../damaged.ts';
import { isAnyBehind, planCatchUp, type RecentSteps, rememberStep } from './behind.ts';
import type { Tables } from './tables.ts';
import type { TaskStep } from './task-index.ts';
import type { Writer } from './writer.ts';

/**
 * Brings what commits say into the lists and the due tasks, for many commits at a time: an instance that
 * took five steps meanwhile is listed anew once, and a task that was made and taken back is written
 * once. A commit is durable before it is acknowledged; that its lists are behind stands beside it, so
 * that a process that ends in between loses nothing.
 */
export interface Projector {
  /**
   * Before a commit is written: what it will bring, so that it need not be read again. Throws
   * `store-damaged` when nothing can be brought for this instance any more, so that none goes on in silence.
   */
  expect(instance: string, hash: string, step: TaskStep): void;
  /** A commit has been kept and is about to be acknowledged, or may have been kept. */
  fellBehind(): void;
  /**
   * Begins to bring everything up to date if something is behind. Whoever writes after this call, in
   * whatever transaction, finds the lists and tasks of all that was acknowledged before it; whoever
   * only reads waits for it. Never rejects: where the disk is full or has failed, not all is brought.
   */
  catchUp(): Promise<void>;
  /**
   * For whoever reads the tasks of one instance: as `catchUp` if that is behind, and throws
   * `store-damaged` when it cannot be brought, since what is there is no longer true.
   */
  requireUpToDate(instance: string): Promise<void>;
  /**
   * For whoever copies all tasks, and then takes them for what the histories say: as `catchUp`, and
   * throws what keeps something of it from being brought.
   */
  requireAllUpToDate(): Promise<void>;
  /** The instances that cannot be brought. */
  damaged(): readonly string[];
  /** Whether something acknowledged may not be shown yet. */
  isBehind(): boolean;
  /** Brings the rest, and no more after that. */
  end(): Promise<void>;
}

/** For reading only: whoever writes sees to it. */
export function projectorOfOthers(tables: Tables, directory: string): Projector {
  return {
    expect: () => undefined,
    fellBehind: () => undefined,
    isBehind: () => false,
    damaged: () => [],
    catchUp: async () => undefined,
    requireUpToDate: async () => undefined,
    async requireAllUpToDate() {
      if (!isAnyBehind(tables)) return;
      throw damagedStore(`tasks in ${directory} are behind the histories`, { directory });
    },
    end: async () => undefined,
  };
}

/** Nobody who asks here waits for this; it is for those who only read the file from elsewhere. */
const BEHIND_FOR_MS = 100;
/** So many commits are brought at once, that no transaction keeps everybody waiting. */
const MOST_BEHIND = 200;

export function createProjector(tables: Tables, writer: Writer): Projector {
  const recent: RecentSteps = new Map();
  const underWay = new Set<Promise<void>>();
  let damaged: ReadonlyMap<string, ConcordatError> = new Map();
  /** Why the last attempt brought not all, beside what is damaged. */
  let failure: unknown;
  let behind = tables.behind.getKeysCount();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  async function project(): Promise<void> {
    const before = behind;
    behind = 0;
    try {
      damaged = await writer.writeEach(
        'project',
        () => Array.from(tables.behind.getKeys(), String),
        (plan, instance) => planCatchUp(tables, plan, instance, recent),
      );
      failure = undefined;
    } catch (error) {
      // A disk that is full or has failed: what there is can be read, and whoever writes is told.
      failure = error;
      behind += before;
    }
  }

  function begin(): void {
    clearTimeout(timer);
    timer = undefined;
    const brought = project().finally(() => underWay.delete(brought));
    underWay.add(brought);
  }

  async function catchUp(): Promise<void> {
    if (behind > 0) begin();
    await Promise.all(underWay);
  }

  return {
    expect(instance, hash, step) {
      const damage = damaged.get(instance);
      if (damage !== undefined) throw damage;
      rememberStep(recent, hash, step);
    },
    fellBehind() {
      behind += 1;
      if (ended) return;
      if (behind >= MOST_BEHIND) begin();
      else timer ??= setTimeout(begin, BEHIND_FOR_MS).unref();
    },
    isBehind: () => behind > 0 || underWay.size > 0,
    damaged: () => [...damaged.keys()],
    catchUp,
    async requireUpToDate(instance) {
      if (!tables.behind.doesExist(instance)) return;
      await catchUp();
      const damage = damaged.get(instance);
      if (damage !== undefined) throw damage;
    },
    async requireAllUpToDate() {
      await catchUp();
      const [damage] = damaged.values();
      if (damage !== undefined) throw damage;
      if (failure !== undefined) throw failure;
    },
    end() {
      ended = true;
      clearTimeout(timer);
      return catchUp();
    },
  };
}
