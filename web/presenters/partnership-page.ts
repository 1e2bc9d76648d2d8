import { anyOfRoles } from './any-of-roles.ts';
import { titleWithNames } from '../../server/access/name-title.ts';
import type {
  PartnershipView,
  RecordGroup,
  ShownStage,
  Startable,
} from '../../server/use-cases/read-partnership.ts';
import { dueWords, type ReadersClock } from './due-cell.ts';
import { placeParts } from './place-parts.ts';
import { presentRecords } from './record-table.ts';
import type { TableView } from './table.ts';
import { unreadableText } from './unreadable.ts';
import { presentTaskList, type Task, type TaskView } from './task-list.ts';

interface PageLink {
  readonly href: string;
  readonly text: string;
}

interface StageView {
  readonly title: string;
  readonly present: boolean;
  /** "2 of 3 steps completed". */
  readonly progress: string;
  readonly tasks: readonly TaskView[];
}

export interface PartnershipPageView {
  readonly title: string;
  /** Where it stands, its stage first. */
  readonly states: readonly string[];
  readonly purpose: string;
  readonly courseHref: string;
  readonly historyHref: string;
  readonly peopleHref: string;
  /** Empty for those who may not take everything as a file. */
  readonly exportHref: string;
  readonly stages: readonly StageView[];
  readonly records: readonly {
    readonly title: string;
    readonly table: TableView;
    readonly more: PageLink | null;
  }[];
  readonly dates: readonly {
    readonly text: string;
    /** What the date belongs to; empty for the partnership's own course. */
    readonly record: string;
    readonly href: string;
    readonly when: string;
    readonly urgent: boolean;
  }[];
  readonly datesHref: string;
  readonly moreDates: string;
  readonly unreadable: string;
  readonly organisations: readonly { readonly name: string; readonly lead: boolean }[];
  readonly people: string;
  readonly start: readonly (PageLink & { readonly hint: string })[];
  readonly othersStart: readonly { readonly text: string; readonly who: string }[];
}

/** The most records of one kind, and dates, on the page itself. */
const MOST_RECORDS = 10;
const MOST_DATES = 6;

/** The page of a partnership, as a task list by stage. */
export function presentPartnership(
  view: PartnershipView,
  given: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): PartnershipPageView {
  const { partnership, course } = view;
  const { names } = given;
  const courseHref = `/instances/${partnership.instance}`;
  return {
    title: partnership.title,
    states: statesOf(course?.stateTitle ?? '', view.stages),
    purpose: view.purpose,
    courseHref,
    historyHref: `${courseHref}/history`,
    peopleHref: `/partnerships/${partnership.id}/people`,
    exportHref: view.mayExport ? `/partnerships/${partnership.id}/export` : '',
    stages: view.stages.map((stage) => stageView(stage, view, given)),
    records: view.records.map((group) => recordGroup(group, partnership.id, given)),
    dates: view.dates.slice(0, MOST_DATES).map((item) => ({
      text: item.title ?? '',
      record: item.row.id === partnership.instance ? '' : titleWithNames(names, item.row.title),
      href: `/instances/${item.row.id}`,
      when: dueWords(item.dueAt, given.clock),
      urgent: item.overdue,
    })),
    datesHref: `/dates?partnership=${partnership.id}`,
    moreDates: view.dates.length > MOST_DATES ? `See all ${view.dates.length} dates` : '',
    unreadable: unreadableText(view.unreadable),
    organisations: partnership.organisations.map((id) => ({
      name: names.get(id) ?? id,
      lead: id === partnership.lead,
    })),
    people: `See everybody who takes part (${view.members.length})`,
    start: view.startable
      .filter(({ theirs }) => theirs)
      .map((one) => ({ text: one.label, hint: one.summary, href: startHref(partnership.id, one) })),
    othersStart: view.startable
      .filter(({ theirs }) => !theirs)
      .map(({ label, who }) => ({ text: label, who: anyOfRoles(who) })),
  };
}

function statesOf(title: string, stages: readonly ShownStage[]): readonly string[] {
  const present = stages.find((stage) => stage.present)?.title;
  const parts = placeParts(title);
  const isStage = (part: string): boolean => present !== undefined && part.startsWith(present);
  return [...parts.filter(isStage), ...parts.filter((part) => !isStage(part))];
}

function startHref(partnership: string, { workflow }: Pick<Startable, 'workflow'>): string {
  return `/partnerships/${partnership}/start/${workflow}`;
}

function recordGroup(
  { workflow, title, rows }: RecordGroup,
  partnership: string,
  given: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): PartnershipPageView['records'][number] {
  return {
    title,
    table: presentRecords(rows.slice(0, MOST_RECORDS), given),
    more:
      rows.length > MOST_RECORDS
        ? {
            href: `/registers/${workflow}?partnership=${partnership}`,
            text: `See all ${rows.length} in the register`,
          }
        : null,
  };
}

function stageView(
  stage: ShownStage,
  view: PartnershipView,
  given: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): StageView {
  const done = stage.steps.filter(({ state }) => state === 'done').length;
  const zone = view.timeZone ?? given.clock.timeZone;
  return {
    title: stage.title,
    present: stage.present,
    progress: `${done} of ${stage.steps.length} steps completed`,
    tasks: presentTaskList(
      stage.steps.map((step) => stepTask(step, stage, view, given.names)),
      { now: given.clock.now, timeZone: zone },
    ),
  };
}

/** A step of the present stage leads to where it is done; any step to the record that shows it. */
function stepTask(
  step: ShownStage['steps'][number],
  stage: ShownStage,
  { partnership, records, startable, possible }: PartnershipView,
  names: ReadonlyMap<string, string>,
): Task {
  const record = records.find(({ workflow }) => workflow === step.workflow)?.rows[0];
  const own = `/instances/${partnership.instance}`;
  const start = startable.find(({ workflow, theirs }) => workflow === step.workflow && theirs);
  const href = record
    ? `/instances/${record.id}`
    : step.workflow !== null && start && stage.present
      ? startHref(partnership.id, start)
      : stage.present && step.event !== null && possible.has(step.event)
        ? `${own}/do/${step.event}`
        : own;
  const people = step.people?.map((id) => names.get(id) ?? id);
  return {
    id: `${stage.path.replaceAll('.', '-')}-${step.id}`,
    title: step.title,
    state: step.state,
    owner:
      people === undefined
        ? step.owner
        : people.join(', ') || (step.state === 'done' ? '' : 'Nobody looks after this yet'),
    ...(stage.present || record ? { href } : {}),
    ...(step.dueAt === null ? {} : { dueAt: step.dueAt }),
  };
}
