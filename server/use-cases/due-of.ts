import { lastDayOf, reminderAt } from '../../engine/deadline.ts';
import { placeOf } from '../../engine/place.ts';
import type { Asker } from '../access/asker.ts';
import type { PersonStanding } from '../access/standing.ts';
import { type VisibleInstance, visibleInstance } from '../access/visible-instance.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { asksAt } from '../../engine/asks-at.ts';
import { offeredOptions, type OfferedOption, shownDeadlines } from './read-instance.ts';
import { readSteps } from './read-steps.ts';
import { holdersOf, type RolePlace, type WaitsFor, whoOwes } from './who-owes.ts';

/** What a date is, in the order in which those of one day are listed. */
export const DUE_KINDS = ['deadline', 'step', 'reminder', 'decision', 'open'] as const;

/**
 * A `deadline`; a `step` of a stage that no deadline runs for; the day a `reminder` goes out; a
 * `decision` that is waited for without a date; or `open`: something the asker can do at any time.
 */
type DueKind = (typeof DUE_KINDS)[number];

/** Something that is due, or that is waited for without a date. */
export interface DueDate {
  readonly row: InstanceRow;
  readonly kind: DueKind;
  /** Of a deadline or a reminder of it. */
  readonly deadline: string | null;
  /** Null for what can be done at any time. */
  readonly title: string | null;
  /** UTC instant; null without a date. */
  readonly dueAt: string | null;
  /** The last day that is still in time, where the instance is. */
  readonly lastDay: string | null;
  readonly overdue: boolean;
  readonly waitsFor: WaitsFor;
}

export interface DueItem extends DueDate {
  /** The events the asker can send there now. */
  readonly yours: readonly string[];
}

/** A record that is read for its dates. */
interface Reading {
  readonly row: InstanceRow;
  readonly visible: VisibleInstance;
  readonly place: RolePlace;
  /** Worked out when it is asked for: that takes longer than all else. */
  readonly options: () => readonly OfferedOption[];
  readonly now: string;
}

type Found = Omit<DueDate, 'row'>;

const UNDATED = { deadline: null, dueAt: null, lastDay: null, overdue: false } as const;

/**
 * All that is due, or waited for, in one record, with what the asker can do there. Throws `not-found`
 * for one that is not theirs.
 */
export async function dueOf(
  services: Services,
  asker: Asker,
  row: InstanceRow,
  members: readonly PersonStanding[],
): Promise<readonly DueItem[]> {
  const reading = await readingOf(services, asker, row, members);
  const yours = reading
    .options()
    .filter(({ theirs, unmet }) => theirs && unmet.length === 0)
    .map(({ event }) => event);
  const found = foundIn(reading);
  if (found.length === 0 && yours.length > 0) {
    return [{ row, yours, kind: 'open', title: null, ...UNDATED, waitsFor: NOBODY }];
  }
  return found.map((item) => ({ row, yours, ...item }));
}

/** As `dueOf`, for the dates alone: that is quicker for many records. */
export async function datesOf(
  services: Services,
  asker: Asker,
  row: InstanceRow,
  members: readonly PersonStanding[],
): Promise<readonly DueDate[]> {
  const found = foundIn(await readingOf(services, asker, row, members));
  return found.map((item) => ({ row, ...item }));
}

async function readingOf(
  services: Services,
  asker: Asker,
  row: InstanceRow,
  members: readonly PersonStanding[],
): Promise<Reading> {
  const visible = await visibleInstance(services, asker, row.id);
  const { definition } = visible.head.workflow;
  let options: readonly OfferedOption[] | undefined;
  return {
    row,
    visible,
    place: { definition, scope: visible.scope, members },
    options: () => (options ??= offeredOptions(asker, visible)),
    now: services.clock.now(),
  };
}

function foundIn(reading: Reading): readonly Found[] {
  const steps = stepsOf(reading);
  const dated = [...deadlinesOf(reading), ...steps.filter(({ dueAt }) => dueAt !== null)];
  return dated.length > 0 ? dated : (firstOf(steps) ?? decisionOf(reading));
}

const NOBODY: WaitsFor = { people: [], roles: [] };

function deadlinesOf({ visible, place, now }: Reading): readonly Found[] {
  const { definition, scope } = place;
  const { origin } = visible.head.commit;
  const calendar = holidayCalendar(origin.region);
  return shownDeadlines(visible.head, now).flatMap(
    ({ deadline, title, dueAt, lastDay, passed }): Found[] => {
      if (dueAt === null) return [];
      const spec = definition.deadlines?.[deadline];
      const waitsFor = spec ? whoOwes(place, spec) : NOBODY;
      const reminders = passed ? [] : (spec?.reminders ?? []);
      const ahead = reminders.flatMap(({ before, to }) => {
        const at = reminderAt(dueAt, before, scope, calendar);
        return spec === undefined || at === null || at <= now ? [] : [{ at, to, spec }];
      });
      return [
        { kind: 'deadline', deadline, title, dueAt, lastDay, overdue: passed, waitsFor },
        ...ahead.map(({ at, to, spec: own }): Found => {
          const day = lastDayOf(at, origin.timeZone);
          const what = { kind: 'reminder', deadline, title } as const;
          const told = whoOwes(place, own, to);
          return { ...what, dueAt: at, lastDay: day, overdue: false, waitsFor: told };
        }),
      ];
    },
  );
}

/** The open steps of a stage, but for those that a deadline runs for already. */
function stepsOf({ row, visible, place, now }: Reading): readonly Found[] {
  const { definition, scope } = place;
  const { commit, workflow } = visible.head;
  const { steps } = asksAt(workflow, row.state);
  const covered = new Set(
    commit.timers.map(({ deadline }) => definition.deadlines?.[deadline]?.from),
  );
  const left = steps.filter(({ due }) => due === undefined || !covered.has(due));
  const shown = readSteps(definition, left, scope, holidayCalendar(commit.origin.region));
  return shown.flatMap(({ state, title, people, dueAt }, index): Found[] => {
    if (state === 'done') return [];
    const held = holdersOf(place, [left[index]?.owner ?? '']);
    const waitsFor = people === null ? held : { people, roles: held.roles };
    const what = { kind: 'step', deadline: null, title, dueAt, waitsFor } as const;
    const lastDay = dueAt === null ? null : lastDayOf(dueAt, commit.origin.timeZone);
    return [{ ...what, lastDay, overdue: dueAt !== null && dueAt <= now }];
  });
}

/** Steps without dates as one: what comes first, and how much there is. */
function firstOf([first, ...others]: readonly Found[]): readonly Found[] | undefined {
  if (!first) return undefined;
  const rest = others.length === 1 ? 'one other step' : `${others.length} other steps`;
  return [others.length === 0 ? first : { ...first, title: `${first.title}, and ${rest}` }];
}

/** What people are asked for where no date is set. */
function decisionOf({ row, visible, place, options }: Reading): readonly Found[] {
  const { workflow, commit } = visible.head;
  const possible = options().filter(({ unmet }) => unmet.length === 0);
  const open = new Set(possible.map(({ event }) => event));
  const [ask] = asksAt(workflow, row.state).asks.filter(({ event }) => open.has(event));
  if (!ask) return [];
  const missing = ask.eachParty ? placeOf(workflow, commit.snapshot, place.scope).waitingFor : [];
  const late = new Set(
    missing.flatMap(({ items }) => (items ?? []).map(({ organisation }) => organisation)),
  );
  const waitsFor = holdersOf(
    place,
    ask.by,
    (_, { organisation }) => late.size === 0 || (organisation !== null && late.has(organisation)),
  );
  return [{ kind: 'decision', title: ask.label, ...UNDATED, waitsFor }];
}
