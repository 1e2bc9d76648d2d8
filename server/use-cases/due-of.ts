import { asksAt } from '../../engine/asks-at.ts';
import { lastDayOf, reminderAt } from '../../engine/deadline.ts';
import type { Scope } from '../../engine/scope.ts';
import type { Asker } from '../access/asker.ts';
import { todayAt } from '../access/row-access.ts';
import type { PersonStanding } from '../access/standing.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import { keptFor } from '../kept-for.ts';
import { type Head, loadHead, scopeAtHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { offeredOptions, shownDeadlines } from './read-instance.ts';
import { readSteps } from './read-steps.ts';
import { waitingFacts } from './waiting-facts.ts';
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
  readonly head: Head;
  readonly place: RolePlace;
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
  const visible = await visibleInstance(services, asker, row.id);
  const yours = offeredOptions(asker, visible)
    .filter(({ theirs, unmet }) => theirs && unmet.length === 0)
    .map(({ event }) => event);
  const { organisation } = visible.standing;
  const found = await foundIn(services, row, { members, organisation });
  if (found.length === 0 && yours.length > 0) {
    return [{ row, yours, kind: 'open', title: null, ...UNDATED, waitsFor: NOBODY }];
  }
  return found.map((item) => ({ row, yours, ...item }));
}

/** Who looks: the members of the record's partnership, and for whom the asker is one of them. */
export interface Lookers {
  readonly members: readonly PersonStanding[];
  readonly organisation: string | null;
}

/**
 * As `dueOf`, for the dates alone: that is quicker for many records. Of a record that `RowAccess` has
 * found to be the asker's.
 */
export async function datesOf(
  services: Services,
  row: InstanceRow,
  lookers: Lookers,
): Promise<readonly DueDate[]> {
  const found = await foundIn(services, row, lookers);
  return found.map((item) => ({ row, ...item }));
}

async function foundIn(
  services: Services,
  row: InstanceRow,
  { members, organisation }: Lookers,
): Promise<readonly Found[]> {
  return (
    (await datedIn(services, row, members)) ?? decisionOf(services, row, { members, organisation })
  );
}

/** What was worked out of a record at one of its commits. */
interface KeptDates {
  readonly seq: number;
  readonly members: readonly PersonStanding[];
  /** UTC instant: then something becomes overdue, or a reminder has gone out. */
  readonly until: string;
  /** Only as far as its place and day: conditions may read the date. */
  readonly scope: Pick<Scope, 'instance' | 'today'>;
  /** Null where no date is set and no step is open. */
  readonly found: readonly Found[] | null;
}

const keptDates = keptFor<KeptDates>(20_000);
const NEVER = '9';

/** Deadlines, reminders and steps, worked out once for each commit, day and change of the members. */
async function datedIn(
  services: Services,
  row: InstanceRow,
  members: readonly PersonStanding[],
): Promise<readonly Found[] | null> {
  const { store, workflows, clock } = services;
  const now = clock.now();
  const kept = keptDates(store);
  const known = kept.get(row.id);
  if (
    known?.seq === row.seq &&
    known.members === members &&
    now < known.until &&
    known.scope.today === todayAt(known.scope, now)
  ) {
    return known.found;
  }
  const head = await loadHead(store, workflows, row.id);
  if (!head) return [];
  const scope = scopeAtHead(head, now);
  const { definition } = head.workflow;
  const reading = { row, head, place: { definition, scope, members }, now };
  const steps = stepsOf(reading);
  const dated = [...deadlinesOf(reading), ...steps.filter(({ dueAt }) => dueAt !== null)];
  const found = dated.length > 0 ? dated : (firstOf(steps) ?? null);
  if (head.stored.seq === row.seq) {
    const ahead = dated.flatMap(({ dueAt }) => (dueAt === null || dueAt <= now ? [] : dueAt));
    const until = ahead.reduce((a, b) => (a < b ? a : b), NEVER);
    const { instance, today } = scope;
    kept.set(row.id, { seq: row.seq, members, until, scope: { instance, today }, found });
  }
  return found;
}

const NOBODY: WaitsFor = { people: [], roles: [] };

function deadlinesOf({ head, place, now }: Reading): readonly Found[] {
  const { definition, scope } = place;
  const { origin } = head.commit;
  const calendar = holidayCalendar(origin.region);
  return shownDeadlines(head, now).flatMap(
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
function stepsOf({ row, head, place, now }: Reading): readonly Found[] {
  const { definition, scope } = place;
  const { commit, workflow } = head;
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
async function decisionOf(
  services: Services,
  row: InstanceRow,
  { members, organisation }: Lookers,
): Promise<readonly Found[]> {
  const workflow = await services.workflows.version(row.workflow, row.version);
  const facts = await waitingFacts(services, row);
  const shut = facts?.shutFor.get(organisation ?? '');
  const [ask] = asksAt(workflow, row.state).asks.filter(
    ({ event, eachParty }) => facts?.open.has(event) && !(eachParty && shut?.has(event)),
  );
  if (!facts || !ask) return [];
  const missing = ask.eachParty ? (facts.missing ?? []) : [];
  const late = new Set(missing.map((item) => item.organisation));
  const waitsFor = holdersOf(
    { definition: workflow.definition, scope: facts.scope, members },
    ask.by,
    (_, who) => late.size === 0 || (who.organisation !== null && late.has(who.organisation)),
  );
  return [{ kind: 'decision', title: ask.label, ...UNDATED, waitsFor }];
}
