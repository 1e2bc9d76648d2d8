import {
  type FencedTask,
  LANE_OF,
  type Task,
  type TaskChange,
  type TaskLane,
  type TaskRecord,
  type TaskState,
} from '../task.ts';
import { instantKey } from '../instant-key.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { WritePlan } from './writer.ts';

/** In 'due' it may be claimed from `when` on; in 'leased' its lease ends then. */
export type QueueKey = [queue: Queue, when: number, id: string];
/** Each lane has its own queues, so that a pile in one is not walked through for another. */
export type Queue = `${'due' | 'leased'} ${TaskLane}`;
type ParkedKey = ['state', state: 'parked', due: number, id: string];

/** What a commit does to the tasks, and when it was made. */
export interface TaskStep {
  readonly at: string;
  readonly changes: readonly TaskChange[];
}

/**
 * What commits, one after the other, do to the index: adding and cancelling are repeatable and never undo
 * work. A task that several of them change is written once, as the last one leaves it.
 */
export function planTaskChanges(tables: Tables, plan: WritePlan, steps: readonly TaskStep[]): void {
  const tasks: RecordTable<FencedTask> = tables.tasks;
  const found = new Map<string, FencedTask | undefined>();
  const left = new Map<string, FencedTask>();
  for (const { at, changes } of steps) {
    for (const change of changes) {
      const id = change.change === 'add' ? change.task.id : change.id;
      if (!found.has(id)) found.set(id, getJson(tasks, id));
      const before = left.get(id) ?? found.get(id);
      const after = change.change === 'add' ? added(before, change.task) : cancelled(before, at);
      if (after !== undefined) left.set(id, after);
    }
  }
  for (const [id, after] of left) planTask(tables, plan, found.get(id), after);
}

/** Writes a task and moves its index entries. */
export function planTask(
  tables: Tables,
  plan: WritePlan,
  before: FencedTask | undefined,
  after: FencedTask,
): void {
  if (before !== undefined && isOpen(before.state)) {
    plan.remove(tables.taskIndex, placeOf(before));
    plan.remove(tables.instances, instanceKey(before));
  }
  // A tombstone is only ever asked for by its id.
  if (isOpen(after.state)) {
    plan.put(tables.taskIndex, placeOf(after), '');
    plan.put(tables.instances, instanceKey(after), '');
  }
  const tasks: RecordTable<FencedTask> = tables.tasks;
  plan.putJson(tasks, after.id, after);
}

/** What the port shows of a stored task. */
export function taskRecord(task: FencedTask): TaskRecord {
  const record: TaskRecord & { fence?: number } = { ...task };
  delete record.fence;
  return record;
}

/** A task that is due, parked or done already stays as it is; a cancelled one is due again. */
function added(before: FencedTask | undefined, task: Task): FencedTask | undefined {
  if (before !== undefined && before.state !== 'cancelled') return undefined;
  // by name, as this is done for each deadline of each step, and copying by spread takes several times as long
  return {
    id: task.id,
    kind: task.kind,
    instance: task.instance,
    seq: task.seq,
    partnership: task.partnership,
    dueAt: task.dueAt,
    detail: task.detail,
    state: 'due',
    tries: 0,
    nextAt: task.dueAt,
    lease: null,
    lastError: null,
    finishedAt: null,
    fence: before?.fence ?? 0,
  };
}

/** The lease goes too: whoever holds it finds its token refused. */
function cancelled(before: FencedTask | undefined, at: string): FencedTask | undefined {
  if (before === undefined || before.state === 'done' || before.state === 'cancelled') {
    return undefined;
  }
  return { ...before, state: 'cancelled', lease: null, finishedAt: at };
}

export function isOpen(state: TaskState): boolean {
  return state === 'due' || state === 'parked';
}

/** Where an open task stands among those of its state. */
export function placeOf(task: FencedTask): QueueKey | ParkedKey {
  if (task.state === 'parked') return ['state', 'parked', instantKey(task.dueAt), task.id];
  const lane = LANE_OF[task.kind];
  return task.lease === null
    ? [`due ${lane}`, instantKey(task.nextAt), task.id]
    : [`leased ${lane}`, instantKey(task.lease.until), task.id];
}

/** Where an open task stands among those of its instance. */
export function instanceKey(task: FencedTask): (string | number)[] {
  return [task.instance, 'task', task.state, instantKey(task.dueAt), task.id];
}
