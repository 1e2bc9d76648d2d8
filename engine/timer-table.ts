import type { CompiledWorkflow } from './compile.ts';
import { dueAt } from './deadline.ts';
import type { Scope } from './scope.ts';
import type { Timer } from './snapshot.ts';
import type { WorkingCalendar } from './working-calendar.ts';

/** What XState asked for in one step, in its order. */
export type TimerAction =
  | { readonly kind: 'start'; readonly event: string }
  | { readonly kind: 'cancel'; readonly event: string };

/** A due time that changed because the data, settings or calendar it counts from did. */
export interface MovedDeadline {
  readonly timer: string;
  readonly deadline: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface TimerTable {
  readonly timers: readonly Timer[];
  readonly visits: Readonly<Record<string, number>>;
  readonly moved: readonly MovedDeadline[];
}

/**
 * The timer table after a step: cancelled and started as XState ordered, then every due time worked
 * out again over the new data. A deadline that has fired is armed anew, as a new visit, when its date
 * moves into the future (a corrected date).
 */
export function nextTimers(input: {
  readonly workflow: CompiledWorkflow;
  readonly timers: readonly Timer[];
  readonly visits: Readonly<Record<string, number>>;
  readonly actions: readonly TimerAction[];
  /** The timer that this step fires, if any. */
  readonly fired: string | null;
  readonly scope: Scope;
  readonly calendar: WorkingCalendar;
}): TimerTable {
  const { workflow, scope, calendar } = input;
  const { at } = scope;
  const visits: Record<string, number> = { ...input.visits };
  const running = new Map(input.timers.map((timer) => [timer.timer, timer]));
  const firing = input.fired === null ? undefined : running.get(input.fired);
  if (firing) running.set(firing.timer, { ...firing, firedAt: at });
  const fresh = new Set<string>();
  for (const { kind, event } of input.actions) {
    const delay = workflow.delays.get(event);
    if (!delay) continue;
    const name = `${delay.deadline}@${delay.state}`;
    running.delete(name);
    if (kind === 'cancel') continue;
    const visit = (visits[name] ?? 0) + 1;
    visits[name] = visit;
    fresh.add(name);
    running.set(name, {
      timer: name,
      deadline: delay.deadline,
      state: delay.state,
      visit,
      enteredAt: at,
      since: at,
      dueAt: null,
      firedAt: null,
    });
  }
  const moved: MovedDeadline[] = [];
  const timers = Array.from(running.values(), (timer) => {
    const spec = workflow.definition.deadlines?.[timer.deadline];
    const due = spec ? dueAt(spec, scope, timer.enteredAt, calendar) : null;
    if (due === timer.dueAt) return timer;
    if (fresh.has(timer.timer)) return { ...timer, dueAt: due };
    moved.push({ timer: timer.timer, deadline: timer.deadline, from: timer.dueAt, to: due });
    // Chases are counted from the due time, so another one begins with the first again.
    const { chased: _, ...rest } = timer;
    const again = timer.firedAt !== null && due !== null && due > at;
    if (!again) return { ...rest, dueAt: due, since: at };
    const visit = (visits[timer.timer] ?? timer.visit) + 1;
    visits[timer.timer] = visit;
    return { ...rest, visit, dueAt: due, since: at, firedAt: null };
  });
  return { timers, visits, moved };
}
