import type { WorkflowDefinition } from '../../engine/definition.ts';
import { EVALUATION_UNITS, withinBudgetOr } from '../../engine/evaluation-budget.ts';
import { holdsRole, sightOf, type Standing } from '../../engine/role.ts';
import type { Asker } from '../access/asker.ts';
import { createRowAccess, type RowAccess } from '../access/row-access.ts';
import { breathe } from '../breathe.ts';
import { inGroups } from '../in-groups.ts';
import type { Services } from '../services.ts';
import { isDamaged } from '../store/damaged.ts';
import type { Membership, Partnership } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { mayKnowOf } from './may-know-of.ts';
import { openRowsIn } from './open-rows-in.ts';
import { type Ask, type AsksHere, asksAt } from '../../engine/asks-at.ts';
import { type WaitingFacts, waitingFacts } from './waiting-facts.ts';

/** Something that waits for somebody. */
export interface WorkItem {
  readonly instance: string;
  /** The record's title, names still as ids. */
  readonly title: string;
  readonly stateTitle: string;
  readonly partnership: { readonly id: string; readonly title: string };
  /** What to do: the words on the button, or the step. */
  readonly label: string;
  /** How many other things can be done there. */
  readonly others: number;
  /** The event by which it is done; null for a step that another record does. */
  readonly event: string | null;
  /** UTC instant. */
  readonly dueAt: string | null;
  readonly overdue: boolean;
}

export interface WorkList {
  readonly items: readonly WorkItem[];
  /** How many records are damaged, so that what waits in them is missing. */
  readonly unreadable: number;
}

/** Partnerships that are read together. */
const AT_ONCE = 10;
const NEVER = '9';
const ALPHABET = new Intl.Collator('en-GB', { numeric: true });

/**
 * What waits for an asker across all partnerships: overdue first, then by due date. A coordinator is
 * asked for what nobody else can do, and for what others have let pass.
 */
export async function myWork(services: Services, asker: Asker): Promise<WorkList> {
  const access = createRowAccess(services, asker);
  const places = await placesOf(services, asker);
  const items: WorkItem[] = [];
  let unreadable = 0;
  await inGroups(places, AT_ONCE, async (place) => {
    const rows = await openRowsIn(services, place.partnership.id);
    const course = rows.find(({ id }) => id === place.partnership.instance);
    const titled = { ...place, title: course?.title ?? place.partnership.title };
    for (const row of rows) {
      try {
        items.push(...(await workIn(services, access, titled, row)));
      } catch (error) {
        if (!isDamaged(error)) throw error;
        if (await mayKnowOf(services, asker, row)) unreadable += 1;
      }
    }
    // Whoever has hundreds of partnerships keeps nobody else waiting.
    await breathe();
  });
  items.sort(
    (a, b) =>
      Number(b.overdue) - Number(a.overdue) ||
      inTextOrder(a.dueAt ?? NEVER, b.dueAt ?? NEVER) ||
      ALPHABET.compare(a.partnership.title, b.partnership.title) ||
      ALPHABET.compare(a.title, b.title) ||
      inTextOrder(a.instance, b.instance),
  );
  return { items, unreadable };
}

function inTextOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A partnership in which somebody may be asked for something. */
interface PlaceOfWork {
  readonly partnership: Partnership;
  readonly members: readonly Membership[];
}

/** As people call it now. */
interface TitledPlace extends PlaceOfWork {
  readonly title: string;
}

/** Whoever looks after the installation is asked only where a partnership has no coordinator. */
async function placesOf({ store }: Services, { person }: Asker): Promise<readonly PlaceOfWork[]> {
  const { directory } = store;
  const own = new Set((await directory.membershipsOf(person.id)).map((one) => one.partnership));
  const candidates = person.coordinator
    ? await directory.partnerships()
    : await Promise.all([...own].map((id) => directory.partnership(id)));
  const places: PlaceOfWork[] = [];
  await inGroups(candidates, AT_ONCE, async (partnership) => {
    if (!partnership) return;
    const members = await directory.members(partnership.id);
    const lookedAfter = members.some(({ roles }) => roles.includes('coordinator'));
    if (own.has(partnership.id) || !lookedAfter) places.push({ partnership, members });
  });
  return places;
}

async function workIn(
  services: Services,
  access: RowAccess,
  place: TitledPlace,
  row: InstanceRow,
): Promise<readonly WorkItem[]> {
  const { workflows } = services;
  const workflow = await workflows.version(row.workflow, row.version);
  const here = asksAt(workflow, row.state);
  const { definition } = workflow;
  const standing = await access.standingIn(place.partnership.id);
  if (!mayBeAsked(definition, here, standing)) return [];
  const facts = await waitingFacts(services, row);
  if (!facts) return [];
  return withinBudgetOr(EVALUATION_UNITS.page, [], () =>
    itemsIn(definition, here, { place, overdue: row.overdue, facts, standing }, row),
  );
}

function itemsIn(
  definition: WorkflowDefinition,
  here: AsksHere,
  situation: Situation & { readonly place: TitledPlace },
  row: InstanceRow,
): readonly WorkItem[] {
  const { place, facts, standing } = situation;
  const holds = (role: string): boolean => holdsRole(definition, role, standing, facts.scope);
  const found = here.asks.filter(
    (ask) =>
      facts.open.has(ask.event) &&
      isTheirTurn(ask, facts, standing) &&
      !(ask.eachParty && facts.shutFor.get(standing.organisation ?? '')?.has(ask.event)) &&
      isFor(definition, ask, holds, situation),
  );
  const [first] = found;
  const steps = stepsFor(definition, here, holds, situation);
  if (!first && steps.length === 0) return [];
  if (sightOf(definition, standing, facts.scope) === null) return [];
  return [
    ...(first ? [itemOf(place, row, first, found.length - 1)] : []),
    ...stepItems(place, row, facts, steps, standing),
  ];
}

/** A step somebody was named for stands alone; those of a role that are due together are one item. */
function stepItems(
  place: TitledPlace,
  row: InstanceRow,
  facts: WaitingFacts,
  steps: WaitingFacts['steps'],
  who: Standing,
): readonly WorkItem[] {
  const groups = new Map<string, WaitingFacts['steps'][number][]>();
  for (const step of steps) {
    const named = step.people?.includes(who.person) === true;
    const key = named ? `step ${step.id}` : `due ${step.dueAt ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()].flatMap(([step, ...rest]) => {
    if (!step) return [];
    const event = step.event !== null && facts.open.has(step.event) ? step.event : null;
    const what = { event, label: step.title, dated: true };
    const overdue = step.dueAt !== null && step.dueAt <= facts.scope.at;
    return [{ ...itemOf(place, row, what, rest.length), dueAt: step.dueAt, overdue }];
  });
}

/** Whether any role that is asked for could be theirs; decided without reading the record. */
function mayBeAsked({ roles }: WorkflowDefinition, here: AsksHere, who: Standing): boolean {
  const asked = new Set([
    ...here.asks.flatMap(({ by }) => by),
    ...here.steps.map(({ owner }) => owner),
    ...here.firstFor.values(),
    ...(here.steps.length > 0 ? ['coordinator'] : []),
  ]);
  return [...asked].some((role) => {
    const spec = Object.hasOwn(roles, role) ? roles[role] : undefined;
    if (!spec) return false;
    if (spec.person !== undefined) return true;
    const held = typeof spec.held === 'string' ? [spec.held] : (spec.held ?? []);
    return held.some(
      (name) => who.roles.includes(name) || (name === 'coordinator' && who.coordinator),
    );
  });
}

/** Where every organisation is waited for, only those still missing are asked. */
function isTheirTurn({ eachParty, dated }: Ask, { missing }: WaitingFacts, who: Standing): boolean {
  if (!eachParty) return true;
  if (missing === null) return dated;
  return missing.some(
    ({ organisation, owner }) =>
      organisation === who.organisation && (owner === undefined || owner === who.person),
  );
}

/** What is looked at to tell for whom something is. */
interface Situation {
  readonly place: PlaceOfWork;
  readonly overdue: boolean;
  readonly facts: WaitingFacts;
  readonly standing: Standing;
}

/** Whoever holds a role is asked; a coordinator stands in where nobody does, or where it is late. */
function isFor(
  definition: WorkflowDefinition,
  { by }: Pick<Ask, 'by'>,
  holds: (role: string) => boolean,
  { place, overdue, facts }: Situation,
): boolean {
  const standIns = by.filter((role) => isCoordinators(definition, role));
  const first = by.filter((role) => !standIns.includes(role));
  if (first.some(holds)) return true;
  if (!standIns.some(holds)) return false;
  if (first.length === 0 || overdue) return true;
  return !place.members.some((member) =>
    first.some((role) =>
      holdsRole(definition, role, { ...member, coordinator: false }, facts.scope),
    ),
  );
}

/** Steps that somebody looks after by name or by role; those without anybody go to the first in line. */
function stepsFor(
  definition: WorkflowDefinition,
  { steps, firstFor }: AsksHere,
  holds: (role: string) => boolean,
  situation: Situation,
): WaitingFacts['steps'] {
  const { facts, standing } = situation;
  const standIns = Object.keys(definition.roles).filter((role) => isCoordinators(definition, role));
  return facts.steps.filter((step, index) => {
    if (step.state === 'done') return false;
    if (step.people !== null && step.people.length > 0)
      return step.people.includes(standing.person);
    const overdue = step.dueAt !== null && step.dueAt <= facts.scope.at;
    const first = step.event === null ? undefined : firstFor.get(step.event);
    const role = step.people === null ? steps[index]?.owner : first;
    return (
      role !== undefined &&
      isFor(definition, { by: [role, ...standIns] }, holds, { ...situation, overdue })
    );
  });
}

function isCoordinators({ roles }: WorkflowDefinition, role: string): boolean {
  return Object.hasOwn(roles, role) && roles[role]?.held === 'coordinator';
}

function itemOf(
  { partnership, title }: TitledPlace,
  row: InstanceRow,
  what: { readonly event: string | null; readonly label: string; readonly dated: boolean },
  others: number,
): WorkItem {
  return {
    instance: row.id,
    title: row.title,
    stateTitle: row.stateTitle,
    partnership: { id: partnership.id, title },
    label: what.label,
    others,
    event: what.event,
    dueAt: what.dated ? row.nextDueAt : null,
    overdue: what.dated && row.overdue,
  };
}
