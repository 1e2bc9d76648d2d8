import type { JsonObject } from '../../engine/json-value.ts';

export type TaskKind =
  | 'notify'
  | 'ask'
  | 'document'
  | 'start'
  | 'signal'
  | 'calendar'
  | 'deadline'
  | 'reminder'
  | 'chase'
  | 'handover';

/**
 * Tasks go in three lanes, none of which holds another up: those that wait for a mail server, which may
 * hang for hours, those that draw a document, of which a hundred may be asked for at once, and those that
 * are done in a moment, such as deadlines.
 */
export type TaskLane = 'work' | 'documents' | 'mail';
export const LANES: readonly TaskLane[] = ['work', 'documents', 'mail'];

export const LANE_OF: Readonly<Record<TaskKind, TaskLane>> = {
  notify: 'mail',
  ask: 'mail',
  calendar: 'mail',
  reminder: 'mail',
  chase: 'mail',
  handover: 'mail',
  document: 'documents',
  start: 'work',
  signal: 'work',
  deadline: 'work',
};

/** Something that is due. `id` is its key: `instance:seq:n`, or the key of a deadline or reminder. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly instance: string;
  /** The commit it comes from. */
  readonly seq: number;
  readonly partnership: string | null;
  readonly dueAt: string;
  readonly detail: JsonObject;
}

/**
 * What a commit does to the due-task index, in order. Both may be repeated: adding a task that is
 * due, parked or done changes nothing, a cancelled one is due again; only a task that is due or
 * parked can be cancelled, and whoever has it leased finds its token refused.
 */
export type TaskChange =
  | { readonly change: 'add'; readonly task: Task }
  | { readonly change: 'cancel'; readonly id: string };

export type TaskState = OpenTaskState | 'done' | 'cancelled';
/** Those that somebody still has to see to; the others are tombstones, kept so that none is done again. */
export type OpenTaskState = 'due' | 'parked';

/** A task with how it has gone so far; finished and cancelled ones stay as tombstones. */
export interface TaskRecord extends Task {
  readonly state: TaskState;
  readonly tries: number;
  /** When it may be tried again; begins as `dueAt`. */
  readonly nextAt: string;
  readonly lease: Lease | null;
  readonly lastError: string | null;
  readonly finishedAt: string | null;
}

/** A task with the newest fencing token ever given for it, which outlives the lease. */
export interface FencedTask extends TaskRecord {
  readonly fence: number;
}

/** `token` is the fencing token: it grows with every claim of the task. */
interface Lease {
  readonly owner: string;
  readonly token: number;
  readonly until: string;
}
