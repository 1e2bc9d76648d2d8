import type { Effect } from '../../engine/effect.ts';
import { type Moment, momentsOf } from '../../engine/moment.ts';
import type { CompiledWorkflow } from '../../engine/compile.ts';
import type { DeadlineSpec } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Scope } from '../../engine/scope.ts';
import type { Timer } from '../../engine/snapshot.ts';
import type { WorkingCalendar } from '../../engine/working-calendar.ts';
import type { Task, TaskChange } from '../store/task.ts';

/** What the commit before had: its timers, and what they were read in. */
interface Before {
  readonly timers: readonly Timer[];
  readonly scope: Scope;
  /** The working calendar, with its version. */
  readonly calendar: string;
}

/**
 * What a commit does to the due-task index: its effects are due at once, and the moments of its timer
 * table replace those of the commit before, told apart by their keys. A reminder that comes at
 * another time than before is due anew, or no more when that time has passed.
 */
export function taskChanges(input: {
  readonly workflow: CompiledWorkflow;
  readonly seq: number;
  readonly scope: Scope;
  readonly before: Before | null;
  readonly after: readonly Timer[];
  readonly effects: readonly Effect[];
  readonly calendar: WorkingCalendar;
  /** The task that this commit comes from, if any: it is being done, and not to be cancelled. */
  readonly doing: string | null;
}): readonly TaskChange[] {
  const { scope, seq, workflow, calendar, before, doing } = input;
  const { instance } = scope;
  const about = { instance: instance.id, seq, partnership: instance.partnership };
  const effects = input.effects.map((effect): TaskChange => {
    const id = `${instance.id}:${seq}:${effect.n}`;
    const detail = effect as unknown as JsonObject;
    return { change: 'add', task: { ...about, id, kind: effect.type, dueAt: scope.at, detail } };
  });
  if (before?.timers === input.after) return effects;
  const deadlines = workflow.definition.deadlines ?? {};
  const anotherCalendar = before !== null && before.calendar !== calendarName(calendar);
  // Only timers that changed can change what is due, and those whose reminders are not fixed.
  const unchanged = (timer: Timer, others: readonly Timer[]): boolean =>
    !anotherCalendar &&
    !remindersVary(deadlines[timer.deadline]) &&
    others.some(
      (other) =>
        other.timer === timer.timer &&
        other.visit === timer.visit &&
        other.dueAt === timer.dueAt &&
        other.since === timer.since &&
        other.firedAt === timer.firedAt &&
        other.chased === timer.chased,
    );
  const ended = before?.timers.filter((timer) => !unchanged(timer, input.after)) ?? [];
  const begun = input.after.filter((timer) => !unchanged(timer, before?.timers ?? []));
  const was = momentsOf(ended, deadlines, before?.scope ?? scope, calendar);
  const is = momentsOf(begun, deadlines, scope, calendar);
  const known = new Map(was.map((moment) => [moment.key, moment]));
  const kept = new Set(is.map(({ key }) => key));
  const moved = is.filter((moment) => {
    const old = known.get(moment.key);
    if (!old || moment.kind !== 'reminder' || moment.key === doing) return false;
    return anotherCalendar || old.at !== moment.at || old.nextAt !== moment.nextAt;
  });
  const added = is.filter(({ key }) => !known.has(key));
  const gone = was.filter(({ key }) => !kept.has(key) && key !== doing);
  const due = [...added, ...moved].filter(({ kind, at }) => kind !== 'reminder' || at >= scope.at);
  return [
    ...effects,
    ...[...gone, ...moved].map(({ key }): TaskChange => ({ change: 'cancel', id: key })),
    ...due.map((moment): TaskChange => ({ change: 'add', task: taskOf(moment, about) })),
  ];
}

/** A calendar as a commit names it. */
export function calendarName({ region, version }: WorkingCalendar): string {
  return `${region} ${version}`;
}

/** Does the time of a reminder depend on settings or data, which change while its deadline stays? */
function remindersVary(spec: DeadlineSpec | undefined): boolean {
  return (
    spec?.reminders?.some(({ before }) =>
      typeof before === 'object' ? typeof before.workingDays === 'string' : !before.startsWith('P'),
    ) ?? false
  );
}

function taskOf(moment: Moment, about: Pick<Task, 'instance' | 'seq' | 'partnership'>): Task {
  const { key, kind, at, timer, deadline, visit, dueAt, to, template, nextAt, chase } = moment;
  const { instance, seq, partnership } = about;
  const detail = { timer, deadline, visit, dueAt, to, template, nextAt, chase };
  return { instance, seq, partnership, id: key, kind, dueAt: at, detail };
}
