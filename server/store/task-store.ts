import type { Page, PageAsk } from './page.ts';
import type { FencedTask, OpenTaskState, TaskLane, TaskRecord } from './task.ts';

/** The index of what is due. Tasks enter it only by commits (see CommitStore). */
export interface TaskStore {
  /**
   * Leases up to `limit` tasks whose time has come, oldest due first, each under a new fencing
   * token. A task whose lease has run out may be claimed again. `lane`: of that lane only.
   */
  claim(ask: {
    readonly now: string;
    readonly limit: number;
    readonly owner: string;
    readonly leaseMs: number;
    readonly lane?: TaskLane;
  }): Promise<readonly TaskRecord[]>;
  /** Puts off the end of leases; answers the ids of those that still stood. */
  renew(
    leases: readonly { readonly id: string; readonly token: number }[],
    until: string,
  ): Promise<ReadonlySet<string>>;
  /** Each of these answers false, and changes nothing, if `token` is no longer the newest. */
  complete(id: string, token: number, at: string): Promise<boolean>;
  /** Counts a try, as `complete` and `park` do. */
  retry(id: string, token: number, nextAt: string, error: string): Promise<boolean>;
  park(id: string, token: number, error: string): Promise<boolean>;
  /** Gives the lease back untried (graceful stop). */
  release(id: string, token: number): Promise<boolean>;
  /** As `release`, for others to claim from this instant on. */
  leave(id: string, token: number, from: string): Promise<boolean>;
  /** A person asks for another try of a parked task. */
  unpark(id: string, nextAt: string): Promise<boolean>;
  get(id: string): Promise<TaskRecord | undefined>;
  /** When the next task can be claimed (is due, or its lease ends), for the worker to sleep until. */
  nextDueAt(): Promise<string | undefined>;
  /**
   * Hears of tasks that any process adds or gives back, for as long as the store can tell. `lost` is told once when it
   * cannot, or no longer; it is tried again where that may help.
   */
  listen(hear: { readonly added: () => void; readonly lost: (why: unknown) => void }): TaskNews;
  /** Due ones in the order they can be claimed, those under a lease last; others by `dueAt`. */
  list(filter: {
    readonly state: OpenTaskState;
    readonly instance?: string;
    readonly limit: number;
    /** Id of the last task of the page before. */
    readonly after?: string;
  }): Promise<readonly TaskRecord[]>;
  /**
   * Instances of which something is damaged, so that what their newest commits ask for cannot be brought
   * here and is not done; as far as this process has found out.
   */
  stuck(): Promise<readonly string[]>;
  /** Every task, tombstones too. */
  all(page: PageAsk): Promise<Page<FencedTask>>;
  /** Puts tasks from another store in the place of what stands under their ids. */
  copy(tasks: readonly FencedTask[]): Promise<void>;
}

export interface TaskNews {
  /** Whether it hears of tasks at this moment; where it does not, whoever waits for some has to ask. */
  readonly live: () => boolean;
  stop(): Promise<void>;
}
