import { chaseAt, reminderAt } from './deadline.ts';
import type { DeadlineSpec } from './definition.ts';
import type { Scope } from './scope.ts';
import type { Timer } from './snapshot.ts';
import type { WorkingCalendar } from './working-calendar.ts';

/** Something that will happen by the clock. `key` is stable: it is done once under it. */
export interface Moment {
  readonly key: string;
  readonly kind: 'deadline' | 'reminder' | 'chase';
  readonly at: string;
  readonly timer: string;
  readonly deadline: string;
  readonly visit: number;
  readonly dueAt: string;
  readonly to: readonly string[];
  readonly template: string | null;
  /** When the reminder or chase after this one comes, if any: then this one is out of date. */
  readonly nextAt: string | null;
}

/**
 * All that the running timers will bring, in order of time: each deadline, its reminders before and
 * its chases after. It depends on the timers alone, so that a change of them can be told by key.
 */
export function momentsOf(
  timers: readonly Timer[],
  deadlines: Readonly<Record<string, DeadlineSpec>>,
  scope: Scope,
  calendar: WorkingCalendar,
): readonly Moment[] {
  return timers
    .flatMap((timer) => {
      const spec = deadlines[timer.deadline];
      return spec ? momentsOfTimer(timer, spec, scope, calendar) : [];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.key < b.key ? -1 : 1));
}

function momentsOfTimer(
  timer: Timer,
  spec: DeadlineSpec,
  scope: Scope,
  calendar: WorkingCalendar,
): readonly Moment[] {
  const { dueAt } = timer;
  if (dueAt === null) return [];
  const base = `${scope.instance.id}/${timer.timer}/${timer.visit}/${dueAt}`;
  const about = { timer: timer.timer, deadline: timer.deadline, visit: timer.visit, dueAt };
  const moments: Moment[] = [];
  if (timer.firedAt === null) {
    const own = { key: base, kind: 'deadline', at: dueAt, to: [], template: null } as const;
    moments.push({ ...about, ...own, nextAt: null });
  }
  const mornings = (spec.reminders ?? []).map(({ before }) =>
    reminderAt(dueAt, before, scope, calendar),
  );
  for (const [index, { to, template }] of (spec.reminders ?? []).entries()) {
    const at = mornings[index] ?? null;
    if (at === null || at < timer.since || at >= dueAt) continue;
    const key = `${base}/reminder/${index}`;
    const nextAt = earliestAfter(at, dueAt, mornings);
    moments.push({ ...about, key, kind: 'reminder', at, to, template, nextAt });
  }
  const { chases } = spec;
  if (chases === undefined) return moments;
  for (let count = 0; count < chases.max; count += 1) {
    const at = chaseAt(dueAt, chases.every, count, scope.instance.timeZone);
    if (at === null || at < timer.since) continue;
    const next =
      count + 1 < chases.max
        ? chaseAt(dueAt, chases.every, count + 1, scope.instance.timeZone)
        : null;
    const { to, template } = chases;
    const key = `${base}/chase/${count}`;
    moments.push({ ...about, key, kind: 'chase', at, to, template, nextAt: next });
  }
  return moments;
}

function earliestAfter(
  at: string,
  end: string,
  mornings: readonly (string | null)[],
): string | null {
  let first: string | null = null;
  for (const morning of mornings) {
    const later = morning !== null && morning > at && morning < end;
    if (later && (first === null || morning < first)) first = morning;
  }
  return first;
}
