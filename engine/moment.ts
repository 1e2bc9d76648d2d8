import { chaseAt, reminderAt } from './deadline.ts';
import type { ChaseSpec, DeadlineSpec } from './definition.ts';
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
  /** When the reminder after this one comes, if any: then this one is out of date. */
  readonly nextAt: string | null;
  /** Which chase it is, from 0; null for all else. */
  readonly chase: number | null;
}

/** Which deadline has been chased. */
export type ChasedDeadline = Pick<Timer, 'timer' | 'visit' | 'dueAt'>;

/**
 * What the running timers will bring, in order of time: each deadline, its reminders before it, and of
 * its chases after it the next one alone (when that has gone, `afterChase` brings the one after). It
 * depends on the timers alone, so that a change of them can be told by key.
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
  const { deadline, visit } = timer;
  const about = { timer: timer.timer, deadline, visit, dueAt, nextAt: null, chase: null };
  const moments: Moment[] = [];
  if (timer.firedAt === null) {
    const own = { key: base, kind: 'deadline', at: dueAt, to: [], template: null } as const;
    moments.push({ ...about, ...own });
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
  const { timeZone } = scope.instance;
  const chase = chases && firstChase(chases, dueAt, timeZone, timer.chased ?? 0, timer.since);
  if (!chase) return moments;
  const { to, template } = chases;
  const key = `${base}/chase/${chase.count}`;
  return [
    ...moments,
    { ...about, key, kind: 'chase', at: chase.at, to, template, chase: chase.count },
  ];
}

/** The timers once a chase has gone at an instant: the next is the first that lies after it. */
export function afterChase(
  timers: readonly Timer[],
  { timer, visit, dueAt }: ChasedDeadline,
  deadlines: Readonly<Record<string, DeadlineSpec>>,
  { at, instance }: Pick<Scope, 'at' | 'instance'>,
): readonly Timer[] {
  return timers.map((one) => {
    if (one.timer !== timer || one.visit !== visit || one.dueAt !== dueAt) return one;
    const chases = deadlines[one.deadline]?.chases;
    if (one.dueAt === null || !chases) return one;
    const begun = firstChase(chases, one.dueAt, instance.timeZone, one.chased ?? 0, one.since);
    const from = (begun?.count ?? chases.max) + 1;
    const next = firstChase(chases, one.dueAt, instance.timeZone, from, at);
    return { ...one, chased: next?.count ?? chases.max };
  });
}

/** The first chase, counted from `from`, that does not lie before an instant. */
function firstChase(
  chases: ChaseSpec,
  dueAt: string,
  timeZone: string,
  from: number,
  since: string,
): { readonly count: number; readonly at: string } | null {
  for (let count = from; count < chases.max; count += 1) {
    const at = chaseAt(dueAt, chases.every, count, timeZone);
    if (at === null) return null;
    if (at >= since) return { count, at };
  }
  return null;
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
