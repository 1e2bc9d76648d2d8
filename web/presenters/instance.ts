import { midSentence } from '../../engine/mid-sentence.ts';
import type { InstanceView, OfferedOption } from '../../server/use-cases/read-instance.ts';
import { anyOfRoles } from './any-of-roles.ts';
import { dueIn, formatDeadline, formatInstant } from './format-date.ts';
import type { HistoryEntryView } from './history.ts';
import type { DataLinks } from './data-list.ts';
import { type InstanceDataView, presentData } from './instance-data.ts';
import type { ProgressView } from './long-work.ts';
import type { Speaking } from './spoken-value.ts';
import { placeParts } from './place-parts.ts';
import { presentTaskList, type Task, type TaskView } from './task-list.ts';
import { unreadableText } from './unreadable.ts';
import { presentUnmet, type UnmetView } from './unmet.ts';

/** Where things are for this reader; null where they have no page for it (a reader by link). */
export interface InstanceLinks extends DataLinks {
  readonly event: (event: string) => string;
  readonly document: (hash: string) => string;
  readonly download: (hash: string) => string;
  readonly history: string | null;
  readonly correct: string | null;
  /** The personal links that were sent, for the coordinator. */
  readonly sentLinks: string | null;
  /** Where a step that is a workflow of its own is begun. */
  readonly start: (workflow: string) => string | null;
}

export interface PresentInstance {
  readonly view: InstanceView;
  readonly speaking: Speaking;
  /** UTC instant. */
  readonly now: string;
  readonly links: InstanceLinks;
  /** The newest entries, newest first. */
  readonly history: readonly HistoryEntryView[];
  readonly historyTotal: number;
}

export interface InstancePageView {
  readonly title: string;
  readonly caption: string;
  readonly confidential: string;
  readonly states: readonly { readonly text: string; readonly colour: string }[];
  readonly hint: string;
  readonly making: ProgressView | null;
  readonly waiting: readonly string[];
  readonly waitingFor: readonly UnmetView[];
  readonly ended: string;
  /** The way to the next stage, once its gate is open. */
  readonly forward: ActionView | null;
  readonly forwardText: string;
  readonly actions: readonly ActionView[];
  /** More than can be told apart as buttons: shown as a list of links. */
  readonly manyActions: boolean;
  readonly graveActions: readonly ActionView[];
  readonly blocked: readonly BlockedView[];
  readonly others: readonly { readonly label: string; readonly who: string }[];
  readonly nothingToDo: string;
  readonly deadlines: readonly DeadlineView[];
  readonly steps: readonly TaskView[];
  readonly data: InstanceDataView;
  readonly hasData: boolean;
  readonly documents: readonly DocumentView[];
  readonly parent: RelatedView | null;
  readonly children: readonly RelatedView[];
  /** Says that a related record is damaged; empty when all could be read. */
  readonly unreadable: string;
  readonly history: readonly HistoryEntryView[];
  readonly historyHref: string;
  readonly historyMore: string;
  readonly correctHref: string;
  readonly linksHref: string;
  readonly facts: readonly string[];
  readonly hash: string;
}

interface ActionView {
  readonly label: string;
  readonly hint: string;
  readonly href: string;
  readonly kind: '' | 'secondary' | 'warning';
}

interface BlockedView {
  readonly label: string;
  readonly unmet: readonly UnmetView[];
  /** Who can do it once nothing stands in the way; empty when it is this reader. */
  readonly who: string;
}

interface DeadlineView {
  readonly title: string;
  readonly when: string;
  readonly rest: string;
  readonly urgent: boolean;
}

interface DocumentView {
  readonly title: string;
  readonly href: string;
  readonly pdf: string;
  readonly text: string;
  readonly when: string;
}

interface RelatedView {
  readonly title: string;
  readonly href: string;
  readonly state: string;
}

const MOST_BUTTONS = 3;

/** What somebody reads to whom a confidential record was only shared. */
export const SHARED_ONLY =
  'This was shared with you as it stands. What led to it stays with those concerned.';

/** The one page that serves every workflow, for whoever may see the instance. */
export function presentInstance(given: PresentInstance): InstancePageView {
  const { view, speaking, links } = given;
  const { place, timeZone } = view;
  const words = { names: speaking.names, fieldHref: links.field };
  const theirs = view.options.filter((option) => option.theirs && option.unmet.length === 0);
  const inSteps = new Set(view.steps.map(({ event }) => event));
  const open = theirs.filter(({ grave, event }) => !grave && !inSteps.has(event));
  // Where there are steps, the way to the next stage must not hide among what else can be done.
  const forward = view.steps.length > 0 ? open.find(({ leadsOn }) => leadsOn) : undefined;
  const usual = open.filter((option) => option !== forward);
  const documents = Object.values(view.documents);
  const data = presentData({
    schema: view.dataSchema,
    data: view.data,
    speaking,
    links,
  });
  const waitingFor = presentUnmet(place.waitingFor, words);
  return {
    title: view.title,
    caption: view.workflow.title,
    confidential: confidentialText(view.confidential),
    states: placeParts(place.title).map((text) => ({ text, colour: stateColour(view) })),
    hint: place.hint ?? '',
    making: presentMaking(view),
    waiting: place.waiting,
    waitingFor,
    ended:
      view.status === 'done'
        ? `This came to its end on ${formatInstant(view.updatedAt, timeZone)}. What was recorded stays here.`
        : '',
    forward: forward ? actionOf(forward, links, '') : null,
    forwardText: view.steps.every(({ state }) => state === 'done')
      ? 'Everything that is needed for the next step is there.'
      : 'You can go on now. Steps that are still open above can be done later, too.',
    actions: usual.map((option, index) =>
      actionOf(option, links, index === 0 && view.steps.length === 0 ? '' : 'secondary'),
    ),
    manyActions: usual.length > MOST_BUTTONS,
    graveActions: theirs
      .filter(({ grave }) => grave)
      .map((option) => actionOf(option, links, 'warning')),
    blocked: view.options
      .filter(({ unmet }) => unmet.length > 0)
      .map(({ label, unmet, theirs: own, who }) => ({
        label,
        unmet: presentUnmet(unmet, words),
        who: own ? '' : anyOfRoles(who),
      })),
    others: view.options
      .filter((option) => !option.theirs && option.unmet.length === 0)
      .map(({ label, who }) => ({ label, who: anyOfRoles(who) })),
    nothingToDo:
      view.status === 'done' || theirs.length > 0
        ? ''
        : waitingFor.length > 0
          ? 'There is nothing for you to do now. It goes on by itself when those named above have done their part.'
          : 'There is nothing for you to do now.',
    deadlines: view.deadlines
      .filter(({ dueAt }) => dueAt !== null)
      .map((deadline) => deadlineOf(deadline, given))
      .sort((a, b) => a.order - b.order),
    steps: presentTaskList(
      view.steps.map((step) => stepTask(step, given)),
      { now: given.now, timeZone },
    ),
    data,
    hasData: data.rows.length + data.lists.length + data.groups.length > 0,
    documents: documents
      .sort((a, b) => a.title.localeCompare(b.title, 'en-GB') || (a.at < b.at ? 1 : -1))
      .map(({ title, html, pdf, text, at }, index) => ({
        title,
        href: links.document(html),
        pdf: links.download(pdf),
        text: links.download(text),
        // a text, and the same text as it was signed, may share a title
        when: `${documents[index - 1]?.title === title ? 'Earlier: ' : ''}${formatInstant(at, timeZone)}`,
      })),
    parent: view.parent ? relatedOf(view.parent, links) : null,
    children: view.children.map((row) => relatedOf(row, links)),
    unreadable: unreadableText(view.unreadable),
    history: given.history,
    historyHref: links.history ?? '',
    historyMore:
      given.historyTotal > given.history.length
        ? `Read the whole history (${given.historyTotal} entries)`
        : 'Read the history with all details',
    correctHref: (view.mayCorrect ? links.correct : null) ?? '',
    linksHref: (view.mayCorrect ? links.sentLinks : null) ?? '',
    facts: [
      ...(view.onlyShared ? [SHARED_ONLY] : []),
      `Opened ${formatInstant(view.openedAt, timeZone)}`,
      `Last changed ${formatInstant(view.updatedAt, timeZone)}`,
      ...view.guides.map((guide) => `Made after: ${guide}`),
      `Workflow “${view.workflow.title}”, version ${view.workflow.version}; entry ${view.seq} of its history`,
    ],
    hash: view.hash,
  };
}

/** A document that is being drawn up: the page follows it until it is there. */
function presentMaking({ id, making }: InstanceView): ProgressView | null {
  if (making.length === 0) return null;
  const [first] = making;
  const text =
    making.length === 1
      ? `“${first}” is being drawn up. It is shown here as soon as it is ready.`
      : `${making.length} documents are being drawn up. They are shown here as soon as they are ready.`;
  return { text, known: false, percent: 0, href: `/instances/${id}` };
}

function confidentialText(roles: readonly string[] | null): string {
  if (roles === null) return '';
  return `Seen only by: ${roles.map(midSentence).join('; ')}.`;
}

function stateColour({ status, place }: InstanceView): string {
  if (status === 'active') return 'blue';
  return { good: 'green', neutral: 'grey', bad: 'red' }[place.outcome ?? 'neutral'];
}

function actionOf(
  { label, hint, event }: OfferedOption,
  links: InstanceLinks,
  kind: ActionView['kind'],
): ActionView {
  return { label, hint: hint ?? '', href: links.event(event), kind };
}

function deadlineOf(
  { title, dueAt, handedOver }: InstanceView['deadlines'][number],
  { now, view }: PresentInstance,
): DeadlineView & { readonly order: number } {
  const due = dueAt ?? '';
  const rest = dueIn(due, now, view.timeZone);
  return {
    title,
    when: formatDeadline(due, view.timeZone),
    rest: handedOver ? `${rest.text}. ${HANDED_OVER}` : rest.text,
    urgent: rest.overdue,
    order: Date.parse(due),
  };
}

const HANDED_OVER = 'Nobody is sent mails about it any more: it is with the coordinator.';

/** A step leads to what does it: an event of this record, or a record of its own. */
function stepTask(
  step: InstanceView['steps'][number],
  { view, speaking, links }: PresentInstance,
): Task {
  const option = view.options.find(({ event }) => event === step.event);
  const own = option?.theirs === true && option.unmet.length === 0 ? option : undefined;
  const record = view.children.find(({ workflow }) => workflow === step.workflow);
  const open = step.state !== 'done';
  const href = own
    ? links.event(own.event)
    : record
      ? (links.instance?.(record.id) ?? null)
      : step.workflow !== null && open
        ? links.start(step.workflow)
        : null;
  const people = step.people?.map((id) => speaking.names.get(id) ?? id);
  const nobody = open ? 'Nobody looks after this yet' : '';
  return {
    id: `step-${step.id}`,
    title: step.title,
    state: step.state,
    owner: people === undefined ? step.owner : people.join(', ') || nobody,
    ...(href === null ? {} : { href }),
    ...(step.dueAt === null ? {} : { dueAt: step.dueAt }),
  };
}

function relatedOf(
  { id, title, stateTitle, overdue }: NonNullable<InstanceView['parent']>,
  links: InstanceLinks,
): RelatedView {
  const late = overdue ? '. Something in it is overdue.' : '';
  return { title, href: links.instance?.(id) ?? '', state: `${stateTitle}${late}` };
}
