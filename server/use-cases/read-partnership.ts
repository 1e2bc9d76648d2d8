import { optionsAt } from '../../engine/options.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import type { PersonStanding } from '../access/standing.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import type { Services } from '../services.ts';
import type { Membership, Partnership, Person } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { PARTNERSHIP_WORKFLOW } from './create-partnership.ts';
import type { DueDate } from './due-of.ts';
import { everyDue } from './list-due.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { mayTakeAll } from './make-export.ts';
import { everyRowOf } from './open-rows-in.ts';
import { readSteps, type ShownStep } from './read-steps.ts';
import { stageAt, stagesOf } from './stages-of.ts';
import { roleToStart } from './start-workflow.ts';

/** A stage with its steps as they stand; the present one is where the partnership is. */
export interface ShownStage {
  readonly path: string;
  readonly title: string;
  readonly steps: readonly ShownStep[];
  readonly present: boolean;
}

/** The records of one kind that the asker may see. */
export interface RecordGroup {
  readonly workflow: string;
  readonly title: string;
  readonly rows: readonly InstanceRow[];
}

/** A workflow that can be started by hand here. */
export interface Startable {
  readonly workflow: string;
  readonly label: string;
  readonly summary: string;
  readonly theirs: boolean;
  /** Titles of the roles that may. */
  readonly who: readonly string[];
}

/** Somebody who belongs to a partnership. */
export interface PartnershipMember {
  readonly person: Person;
  readonly membership: Membership;
}

export interface PartnershipView {
  readonly partnership: Partnership;
  /** What it is for, as recorded; empty where nothing is. */
  readonly purpose: string;
  readonly standing: PersonStanding;
  /** The row of the partnership's own course. */
  readonly course: InstanceRow | null;
  readonly stages: readonly ShownStage[];
  /** Events of the course that the asker may take now. */
  readonly possible: ReadonlySet<string>;
  readonly banners: readonly string[];
  readonly members: readonly PartnershipMember[];
  readonly records: readonly RecordGroup[];
  /** Deadlines and steps of the course and of its records: what has passed first, then the nearest. */
  readonly dates: readonly DueDate[];
  /** How many of its records are damaged, so that their dates are missing. */
  readonly unreadable: number;
  readonly startable: readonly Startable[];
  readonly timeZone: string | null;
  readonly mayExport: boolean;
}

/** Everything the page of a partnership shows. Throws `not-found` for one that is not theirs. */
export async function readPartnership(
  services: Services,
  asker: Asker,
  id: string,
): Promise<PartnershipView> {
  const { store } = services;
  const partnership = await visiblePartnership(services, asker, id);
  const access = createRowAccess(services, asker);
  const readOwnCourse = async () => {
    const course = (await store.instances.get(partnership.instance)) ?? null;
    return { course, ...(await readCourse(services, asker, partnership.instance, course)) };
  };
  const [standing, own, seen, due, members] = await Promise.all([
    access.standingIn(id),
    readOwnCourse(),
    everyRowOf(services, { partnership: id }).then((rows) => access.visible(rows)),
    everyDue(services, asker, id),
    membersOf(services, id),
  ]);
  const { course, stages, timeZone, purpose, possible } = own;
  const records = seen.filter((row) => row.id !== partnership.instance);
  const open = seen.filter(({ status }) => status === 'active');
  return {
    partnership,
    purpose,
    standing,
    course,
    stages,
    possible,
    banners: [
      ...new Set([...(course ? [course] : []), ...open].flatMap((row) => row.banner ?? [])),
    ],
    members,
    records: await grouped(services, records),
    dates: due.items.filter(({ dueAt, kind }) => dueAt !== null && kind !== 'reminder'),
    unreadable: due.unreadable,
    startable: course?.status === 'done' ? [] : startableBy(services, partnership, standing),
    timeZone,
    mayExport: mayTakeAll(standing),
  };
}

/** The people of a partnership, in order of name. */
export async function membersOf(
  { store }: Pick<Services, 'store'>,
  partnership: string,
): Promise<readonly PartnershipMember[]> {
  const memberships = await store.directory.members(partnership);
  const known = await Promise.all(
    memberships.map(async (membership) => {
      const person = await store.directory.person(membership.person);
      return person ? [{ person, membership }] : [];
    }),
  );
  return known.flat().sort((a, b) => a.person.name.localeCompare(b.person.name, 'en-GB'));
}

async function readCourse(
  services: Services,
  asker: Asker,
  instance: string,
  course: InstanceRow | null,
): Promise<Pick<PartnershipView, 'stages' | 'possible' | 'timeZone' | 'purpose'>> {
  if (!course) return { stages: [], possible: new Set(), timeZone: null, purpose: '' };
  const { head, scope, roles, budget } = await visibleInstance(services, asker, instance);
  const { definition } = head.workflow;
  const { origin } = head.commit;
  const stages = stagesOf(definition);
  const present = stageAt(stages, course.state);
  const calendar = holidayCalendar(origin.region);
  const { purpose } = head.commit.snapshot.data;
  const offered = budget.within(() => optionsAt(head.workflow, head.commit.snapshot, scope));
  const options = offered.filter(
    ({ unmet, by }) => unmet.length === 0 && by.some((role) => roles.includes(role)),
  );
  return {
    possible: new Set(options.map(({ event }) => event)),
    purpose: typeof purpose === 'string' ? purpose : '',
    stages: stages.map(({ path, title, steps }) => ({
      path,
      title,
      steps: budget.within(() => readSteps(definition, steps, scope, calendar)),
      present: path === present?.path,
    })),
    timeZone: origin.timeZone,
  };
}

async function grouped(
  { workflows }: Services,
  rows: readonly InstanceRow[],
): Promise<readonly RecordGroup[]> {
  const groups = new Map<string, InstanceRow[]>();
  for (const row of rows) groups.set(row.workflow, [...(groups.get(row.workflow) ?? []), row]);
  const titled = [...groups].map(async ([workflow, group]) => {
    // as the newest of them calls itself, also where only a newer server can run it
    const version = Math.max(...group.map((row) => row.version));
    const { register, title } = await workflows.definition(workflow, version);
    return { workflow, title: register?.title ?? title, rows: group };
  });
  return (await Promise.all(titled)).sort((a, b) => a.title.localeCompare(b.title, 'en-GB'));
}

function startableBy(
  services: Services,
  partnership: Partnership,
  standing: PersonStanding,
): readonly Startable[] {
  return services.workflows
    .newest()
    .filter(
      ({ definition: { id, start } }) => id !== PARTNERSHIP_WORKFLOW && start.by !== undefined,
    )
    .map((workflow) => {
      const { id, summary, start, roles } = workflow.definition;
      return {
        workflow: id,
        label: start.label,
        summary,
        theirs: roleToStart(services, workflow, partnership, standing) !== null,
        who: (start.by ?? []).map((role) => roles[role]?.title ?? role),
      };
    });
}
