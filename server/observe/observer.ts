import type { ErrorCode } from '../../engine/errors.ts';
import type { TaskKind, TaskLane } from '../store/task.ts';

/**
 * The kinds of work that are watched, and all that is told of each. Every value is a word of ours or
 * of a workflow file: never an id, a name, an address, a token or anything that somebody typed.
 */
export interface Watched {
  /** `route` is the pattern (`/l/:token`), never the path; `status` 499 when the asker went away. */
  readonly request: { readonly method: string; readonly route: string; readonly status: number };
  readonly step: {
    readonly workflow: string;
    readonly outcome: 'committed' | 'repeated' | 'dropped';
  };
  /** The pure part of a step. */
  readonly engine: { readonly workflow: string };
  readonly task: { readonly kind: TaskKind; readonly lane: TaskLane; readonly lateMs: number };
  readonly mail: { readonly way: 'smtp' | 'outbox' };
  readonly document: { readonly job: 'render' | 'compare' };
  /** One call of a port, such as `commits.append`. */
  readonly store: { readonly operation: string };
}

export type WatchedKind = keyof Watched;

const ALL: { readonly [Kind in WatchedKind]: true } = {
  request: true,
  step: true,
  engine: true,
  task: true,
  mail: true,
  document: true,
  store: true,
};
export const EVERYTHING: ReadonlySet<WatchedKind> = new Set(Object.keys(ALL) as WatchedKind[]);

/** Adds what only becomes known while the work goes on. */
export type Learn<Kind extends WatchedKind> = (more: Partial<Watched[Kind]>) => void;

/** Whoever watches the server at work; the rest of the server knows no vendor of figures or traces. */
export interface Observer {
  /** The kinds it follows; of all others it is told nothing, so that they cost nothing. */
  readonly heeds: ReadonlySet<WatchedKind>;
  /** Follows a piece of work from its beginning to its end; what it answers or throws goes on unchanged. */
  watch<Kind extends WatchedKind, Result>(
    kind: Kind,
    facts: Partial<Watched[Kind]>,
    work: (learn: Learn<Kind>) => Promise<Result>,
  ): Promise<Result>;
  /** Somebody was told no, or that it went wrong. */
  refused(code: ErrorCode): void;
}
