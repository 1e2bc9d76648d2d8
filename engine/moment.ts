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
const HANDED_OVER = { to: ['coordinator'], template: 'chases-ended' };
const NOBODY = { to: [], template: null };

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
  const moments: Moment[] = [];
  const add = (
    own: Pick<Moment, 'key' | 'kind' | 'at'> & Partial<Moment>,
    { to, template }: Pick<Moment, 'to' | 'template'>,
  ) => {
    // each name written out: this is done at every step, and copying by spread takes several times as long
    moments.push({
      key: own.key,
      kind: own.kind,
      at: own.at,
      timer: timer.timer,
      deadline: timer.deadline,
      visit: timer.visit,
      dueAt,
      to,
      template,
      nextAt: own.nextAt ?? null,
      chase: own.chase ?? null,
    });
  };
  if (timer.firedAt === null) add({ key: base, kind: 'deadline', at: dueAt }, NOBODY);
  const mornings = (spec.reminders ?? []).map(({ before }) =>
    reminderAt(dueAt, before, scope, calendar),
  );
  for (const [index, reminder] of (spec.reminders ?? []).entries()) {
    const at = mornings[index] ?? null;
    if (at === null || at < timer.since || at >= dueAt) continue;
    const nextAt = earliestAfter(at, dueAt, mornings);
    add({ key: `${base}/reminder/${index}`, kind: 'reminder', at, nextAt }, reminder);
  }
  const { chases } = spec;
  if (!chases) return moments;
  const next = nextChase(chases, dueAt, scope.instance.timeZone, timer.chased ?? 0, timer.since);
  if (!next) return moments;
  const { count: chase, at } = next;
  if (chase === chases.max) {
    add({ key: `${base}/handover`, kind: 'handover', at, chase }, HANDED_OVER);
  } else add({ key: `${base}/chase/${chase}`, kind: 'chase', at, chase }, chases);
  return moments;
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
