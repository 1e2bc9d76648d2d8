import { compileCel } from '../../engine/cel.ts';
import { lastDayOf } from '../../engine/deadline.ts';
import { partiesOf } from '../../engine/gate.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { isConcordatError } from '../../engine/errors.ts';
import { isHandedOver } from '../../engine/moment.ts';
import { type Option, optionsAt } from '../../engine/options.ts';
import { type Place, placeOf } from '../../engine/place.ts';
import type { DocumentReference } from '../../engine/snapshot.ts';
import type { Asker } from '../access/asker.ts';
import { eventsOfLink } from '../access/link-scope.ts';
import { shownData } from '../access/shared-part.ts';
import { type VisibleInstance, visibleInstance } from '../access/visible-instance.ts';
import { titleInWords } from '../access/name-ids.ts';
import { readerWith, revealPersonal } from '../access/personal-values.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import type { Head } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { isDamaged } from '../store/damaged.ts';
import { mayKnowOf } from './may-know-of.ts';
import { readSteps, type ShownStep } from './read-steps.ts';

/** An option as this asker sees it. */
export interface OfferedOption extends Option {
  /** They may do it, now or once what is unmet is met. */
  readonly theirs: boolean;
  /** Titles of the roles that may. */
  readonly who: readonly string[];
}

interface ShownDeadline {
  readonly deadline: string;
  readonly title: string;
  /** UTC instant; null while the date it counts from is not known. */
  readonly dueAt: string | null;
  /** The last day that is still in time, where the instance is. */
  readonly lastDay: string | null;
  readonly passed: boolean;
  /** Nobody is chased for it any more: it is with the coordinator. */
  readonly handedOver: boolean;
}

/** Everything the one instance page, the API and a link's page show. */
export interface InstanceView {
  readonly id: string;
  readonly seq: number;
  readonly hash: string;
  readonly workflow: { readonly id: string; readonly version: number; readonly title: string };
  readonly title: string;
  /** The guides that the workflow follows. */
  readonly guides: readonly string[];
  readonly partnership: { readonly id: string; readonly title: string } | null;
  readonly parent: InstanceRow | null;
  readonly place: Place;
  readonly status: 'active' | 'done';
  /** Titles of the roles that see it; null when everybody in the partnership does. */
  readonly confidential: readonly string[] | null;
  /** They see it only because it was shared: as it stands, without its history. */
  readonly onlyShared: boolean;
  readonly steps: readonly ShownStep[];
  readonly timeZone: string;
  /** As recorded: people and organisations are ids; of personal values those this reader may read. */
  readonly data: JsonObject;
  readonly dataSchema: JsonSchema;
  readonly options: readonly OfferedOption[];
  readonly deadlines: readonly ShownDeadline[];
  readonly documents: Readonly<Record<string, DocumentReference>>;
  /** Titles of documents that are being drawn up at this moment. */
  readonly making: readonly string[];
  readonly children: readonly InstanceRow[];
  /** How many related records are damaged, so that they are not among these. */
  readonly unreadable: number;
  readonly mayCorrect: boolean;
  readonly openedAt: string;
  readonly updatedAt: string;
}

/** Reads an instance for an asker. Throws `not-found` for one that is not theirs to see. */
export async function readInstance(
  services: Services,
  asker: Asker,
  instance: string,
): Promise<InstanceView> {
  return viewOf(services, asker, await visibleInstance(services, asker, instance));
}

/** The view of an instance that has been found visible already. */
export async function viewOf(
  services: Services,
  asker: Asker,
  visible: VisibleInstance,
): Promise<InstanceView> {
  const { store, clock } = services;
  const { head, scope, standing, budget } = visible;
  const { commit, workflow, stored } = head;
  const { definition } = workflow;
  const { origin, snapshot } = commit;
  const recorded = shownData(visible, snapshot.data);
  const mayRead = readerWith(visible.roles);
  const children = snapshot.children.map(({ instance }) => instance);
  const [partnership, title, data, related, making] = await Promise.all([
    origin.partnership === null ? undefined : store.directory.partnership(origin.partnership),
    titleOf(services, stored.instance, definition.title),
    revealPersonal(store, stored.instance, recorded, mayRead),
    readRelated(services, asker, [...(origin.parent === null ? [] : [origin.parent]), ...children]),
    documentsBeingMade(services, stored.instance),
  ]);
  const place = budget.within(() => placeOf(workflow, snapshot, scope));
  const calendar = holidayCalendar(origin.region);
  return {
    id: stored.instance,
    seq: stored.seq,
    hash: stored.hash,
    workflow: { id: definition.id, version: definition.version, title: definition.title },
    title,
    guides: definition.sources,
    partnership: partnership ? { id: partnership.id, title: partnership.title } : null,
    parent: related.rows.find(({ id }) => id === origin.parent) ?? null,
    place,
    status: snapshot.status,
    confidential: confidentialTo(visible),
    onlyShared: visible.sight === 'shared',
    steps: budget.within(() => readSteps(definition, place.steps, scope, calendar)),
    timeZone: origin.timeZone,
    data: data as JsonObject,
    dataSchema: definition.data,
    options: offeredOptions(asker, visible),
    deadlines: shownDeadlines(head, clock.now()),
    documents: snapshot.documents,
    making,
    children: related.rows.filter(({ id }) => id !== origin.parent),
    unreadable: related.unreadable,
    mayCorrect: asker.kind === 'person' && isCoordinatorHere(standing),
    openedAt: commit.openedAt,
    updatedAt: commit.at,
  };
}

async function titleOf(
  { store }: Pick<Services, 'store'>,
  instance: string,
  otherwise: string,
): Promise<string> {
  const row = await store.instances.get(instance);
  return titleInWords(store, row?.title ?? otherwise);
}

/** The running deadlines of an instance, each with the last day that is still in time there. */
export function shownDeadlines({ commit, workflow }: Head, now: string): InstanceView['deadlines'] {
  const deadlines = workflow.definition.deadlines ?? {};
  return commit.timers.map((timer) => {
    const { deadline, dueAt, firedAt } = timer;
    const spec = deadlines[deadline];
    return {
      deadline,
      title: spec?.title ?? deadline,
      dueAt,
      lastDay: dueAt === null ? null : lastDayOf(dueAt, commit.origin.timeZone),
      passed: dueAt !== null && (firedAt !== null || dueAt <= now),
      handedOver: isHandedOver(timer, spec),
    };
  });
}

/** The roles that alone see an instance, as long as it is not shared with everybody. */
function confidentialTo({ head, scope, budget }: VisibleInstance): readonly string[] | null {
  const { access, roles } = head.workflow.definition;
  if (!access) return null;
  const { sharedWhen } = access;
  const shared =
    sharedWhen !== undefined && budget.within(() => compileCel(sharedWhen)(scope)) === true;
  return shared ? null : access.seenBy.map((role) => roles[role]?.title ?? role);
}

/** The coordinator of the partnership or of the installation may correct data everywhere. */
export function isCoordinatorHere(standing: VisibleInstance['standing']): boolean {
  return standing.coordinator || standing.roles.includes('coordinator');
}

/** What can be done where an instance stands, and whether it is the asker's to do. */
export function offeredOptions(
  asker: Asker,
  { head, scope, roles, standing, budget }: VisibleInstance,
): OfferedOption[] {
  const { definition } = head.workflow;
  const organisation = asker.kind === 'link' ? asker.link.organisation : standing.organisation;
  const parties = partiesOf(scope.data['parties']);
  const party = organisation !== null && parties.includes(organisation) ? organisation : null;
  return budget
    .within(() => optionsAt(head.workflow, head.commit.snapshot, { ...scope, party }))
    .filter(
      ({ event }) => asker.kind === 'person' || eventsOfLink(asker.link, head).includes(event),
    )
    .map((option) => ({
      ...option,
      theirs: asker.kind === 'link' || option.by.some((role) => roles.includes(role)),
      who: option.by.map((role) => definition.roles[role]?.title ?? role),
    }));
}

/** What is due soonest is listed first, so a document that is due now is among the first. */
const MOST_DUE = 20;

async function documentsBeingMade(
  { store, clock }: Services,
  instance: string,
): Promise<readonly string[]> {
  const due = await store.tasks.list({ state: 'due', instance, limit: MOST_DUE });
  const titles = due
    .filter(({ kind, dueAt }) => kind === 'document' && dueAt <= clock.now())
    .map(({ detail }) => (typeof detail['title'] === 'string' ? detail['title'] : 'A document'));
  return Promise.all(titles.map((title) => titleInWords(store, title)));
}

/** The rows of related records that this asker may see, and how many cannot be read any more. */
async function readRelated(
  services: Services,
  asker: Asker,
  ids: readonly string[],
): Promise<{ readonly rows: readonly InstanceRow[]; readonly unreadable: number }> {
  if (asker.kind === 'link') return { rows: [], unreadable: 0 };
  const read = await Promise.all(ids.map((id) => readOneRelated(services, asker, id)));
  return {
    rows: read.flatMap((one) => (one === null || one === 'unreadable' ? [] : [one])),
    unreadable: read.filter((one) => one === 'unreadable').length,
  };
}

async function readOneRelated(
  services: Services,
  asker: Asker,
  id: string,
): Promise<InstanceRow | 'unreadable' | null> {
  const row = await services.store.instances.get(id);
  if (!row) return null;
  try {
    await visibleInstance(services, asker, id);
    return { ...row, title: await titleInWords(services.store, row.title) };
  } catch (error) {
    if (isConcordatError(error) && error.code === 'not-found') return null;
    if (!isDamaged(error)) throw error;
    return (await mayKnowOf(services, asker, row)) ? 'unreadable' : null;
  }
}
