import { chaseAt, reminderAt } from './deadline.ts';
import type { ChaseSpec, DeadlineSpec } from './definition.ts';
import type { Scope } from './scope.ts';
import type { Timer } from './snapshot.ts';
import type { WorkingCalendar } from './working-calendar.ts';

/** Something that will happen by the clock. `key` is stable: it is done once under it. */
export interface Moment {
  readonly key: string;
  readonly kind: 'deadline' | 'reminder' | 'chase' | 'handover';
  readonly at: string;
  readonly timer: string;
  readonly deadline: string;
  readonly visit: number;
  readonly dueAt: string;
  readonly to: readonly string[];
  readonly template: string | null;
  /** When the reminder after this one comes, if any: then this one is out of date. */
  readonly nextAt: string | null;
  /** Which chase it is, from 0 (the handover is the one after the last); null for all else. */
  readonly chase: number | null;
}

/** Which deadline has been chased, and by which of its chases. */
export type ChasedDeadline = Pick<Moment, 'timer' | 'visit' | 'dueAt' | 'chase'>;

/** Whom it goes to, in which words: the same in every workflow. */
const HANDOVER = { kind: 'handover', to: ['coordinator'], template: 'chases-ended' } as const;

/**
 * What the running timers will bring, in order of time: each deadline, its reminders before it, and of
 * its chases after it the next one alone (when that has gone, `afterChase` brings the one after). When
 * the last has gone unheard, it is handed over to whoever looks after the partnership, so that nothing
 * ends in silence and nobody is written to for ever. It depends on the timers alone, so that a change of them can be told by key.
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
  if (!chases) return moments;
  const next = nextChase(chases, dueAt, scope.instance.timeZone, timer.chased ?? 0, timer.since);
  if (!next) return moments;
  const { count: chase, at } = next;
  const { to, template } = chases;
  const own =
    chase === chases.max
      ? ({ ...HANDOVER, key: `${base}/handover` } as const)
      : ({ key: `${base}/chase/${chase}`, kind: 'chase', to, template } as const);
  return [...moments, { ...about, ...own, at, chase }];
}

/** The timers once a chase has gone at an instant: the next is the first that lies after it. */
export function afterChase(
  timers: readonly Timer[],
  { timer, visit, dueAt, chase }: ChasedDeadline,
  deadlines: Readonly<Record<string, DeadlineSpec>>,
  { at, instance }: Pick<Scope, 'at' | 'instance'>,
): readonly Timer[] {
  return timers.map((one) => {
    if (one.timer !== timer || one.visit !== visit || one.dueAt !== dueAt) return one;
    const chases = deadlines[one.deadline]?.chases;
    if (one.dueAt === null || !chases || chase === null) return one;
    const from = Math.max(one.chased ?? 0, chase + 1);
    const next = nextChase(chases, one.dueAt, instance.timeZone, from, at);
    return { ...one, chased: next?.count ?? chases.max + 1 };
  });
}

/** Whether people are chased no more, and it is with whoever looks after the partnership. */
export function isHandedOver({ chased = 0 }: Pick<Timer, 'chased'>, spec?: DeadlineSpec): boolean {
  return spec?.chases !== undefined && chased > spec.chases.max;
}

/**
 * The first chase, counted from `from`, that does not lie before an instant. The handover, one interval
 * after the last, comes however late it is.
 */
function nextChase(
  chases: ChaseSpec,
  dueAt: string,
  timeZone: string,
  from: number,
  since: string,
): { readonly count: number; readonly at: string } | null {
  for (let count = from; count <= chases.max; count += 1) {
    const at = chaseAt(dueAt, chases.every, count, timeZone);
    if (at === null) return null;
    if (at >= since || count === chases.max) return { count, at };
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
