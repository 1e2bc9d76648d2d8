import type { Effect } from '../../engine/effect.ts';
import { type Moment, momentsOf } from '../../engine/moment.ts';
import type { CompiledWorkflow } from '../../engine/compile.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Scope } from '../../engine/scope.ts';
import type { Timer } from '../../engine/snapshot.ts';
import type { WorkingCalendar } from '../../engine/working-calendar.ts';
import type { Task, TaskChange } from '../store/task.ts';

/**
 * What a commit does to the due-task index: its effects are due at once, and the moments of its timer
 * table replace those of the commit before, told apart by their keys.
 */
export function taskChanges(input: {
  readonly workflow: CompiledWorkflow;
  readonly seq: number;
  readonly scope: Scope;
  readonly before: readonly Timer[];
  readonly after: readonly Timer[];
  readonly effects: readonly Effect[];
  readonly calendar: WorkingCalendar;
  /** The task that this commit comes from, if any: it is being done, and not to be cancelled. */
  readonly doing: string | null;
}): readonly TaskChange[] {
  const { scope, seq, workflow, calendar } = input;
  const { instance } = scope;
  const about = { instance: instance.id, seq, partnership: instance.partnership };
  const effects = input.effects.map((effect): TaskChange => {
    const id = `${instance.id}:${seq}:${effect.n}`;
    const detail = effect as unknown as JsonObject;
    return { change: 'add', task: { ...about, id, kind: effect.type, dueAt: scope.at, detail } };
  });
  if (input.before === input.after) return effects;
  const deadlines = workflow.definition.deadlines ?? {};
  // Only timers that changed can change what is due.
  const unchanged = (timer: Timer, others: readonly Timer[]): boolean =>
    others.some(
      (other) =>
        other.timer === timer.timer &&
        other.visit === timer.visit &&
        other.dueAt === timer.dueAt &&
        other.since === timer.since &&
        other.firedAt === timer.firedAt &&
        other.chased === timer.chased,
    );
  const ended = input.before.filter((timer) => !unchanged(timer, input.after));
  const begun = input.after.filter((timer) => !unchanged(timer, input.before));
  const was = momentsOf(ended, deadlines, scope, calendar);
  const is = momentsOf(begun, deadlines, scope, calendar);
  const kept = new Set(is.map(({ key }) => key));
  const known = new Set(was.map(({ key }) => key));
  const added = is.filter(({ key }) => !known.has(key));
  const gone = was.filter(({ key }) => !kept.has(key) && key !== input.doing);
  return [
    ...effects,
    ...added.map((moment): TaskChange => ({ change: 'add', task: taskOf(moment, about) })),
    ...gone.map((moment): TaskChange => ({ change: 'cancel', id: moment.key })),
  ];
}

function taskOf(moment: Moment, about: Pick<Task, 'instance' | 'seq' | 'partnership'>): Task {
  const { key, kind, at, ...detail } = moment;
  return { ...about, id: key, kind, dueAt: at, detail: detail };
}
