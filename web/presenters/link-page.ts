import type { LinkStatus } from '../../server/access/link-standing.ts';
import type { InstanceView, OfferedOption } from '../../server/use-cases/read-instance.ts';
import { formatDeadline } from './format-date.ts';
import type { FormView } from './form.ts';
import type { FormPageView } from './form-page.ts';
import { presentTaskList, type TaskView } from './task-list.ts';

/** What a page says when its link can no longer be used. */
export interface ClosedLinkView {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** A new link can be sent. */
  readonly renewable: boolean;
  /** What this reader did with it while it was open, the newest first. */
  readonly done: readonly LinkAct[];
}

const CLOSED: Readonly<
  Record<Exclude<LinkStatus, 'open'>, Pick<ClosedLinkView, 'heading' | 'paragraphs'>>
> = {
  used: {
    heading: 'This link has been used',
    paragraphs: [
      'What you decided with it is recorded, once. Nothing more is asked of you here.',
      'If it was not you, tell the coordinator of the partnership at once.',
    ],
  },
  expired: {
    heading: 'This link has expired',
    paragraphs: ['{recorded}', 'You can have a new one sent to your own address.'],
  },
  'text-changed': {
    heading: 'The text has changed since this link was sent',
    paragraphs: [
      'So that nobody signs what they have not read, this link no longer works. {recorded}',
      'Have a new link sent to your own address; it shows the new text and what changed.',
    ],
  },
  replaced: {
    heading: 'A newer link has been sent to you',
    paragraphs: [
      'This one no longer works. {recorded} Look for the newest e-mail about this and use its link.',
      'If you cannot find it, have it sent to your own address once more.',
    ],
  },
  'address-changed': {
    heading: 'Your e-mail address has changed since this link was sent',
    paragraphs: [
      'So that nobody who reads the old mailbox can decide for you, this link no longer works. {recorded}',
      'Have a new one sent to the address we have for you now.',
    ],
  },
  withdrawn: {
    heading: 'This link has been taken back',
    paragraphs: [
      'Either it was withdrawn, or you no longer have the part in this partnership that it was for. {recorded}',
      'If you think this is wrong, ask the coordinator of the partnership.',
    ],
  },
  past: {
    heading: 'Nothing is needed from you any more',
    paragraphs: [
      'This has moved on since the link was sent, so there is nothing left to do here. {recorded}',
    ],
  },
};

/** The page of a link that is not open: what happened to it, what was done with it, what to do. */
export function presentClosedLink(
  status: Exclude<LinkStatus, 'open'>,
  more: Pick<ClosedLinkView, 'renewable' | 'done'> & {
    /** Something was recorded with it while it was open, whether this reader is told what or not. */
    readonly acted: boolean;
  },
): ClosedLinkView {
  const { heading, paragraphs } = CLOSED[status];
  const recorded = more.acted
    ? 'What was done with it before is recorded, and stays so.'
    : 'Nothing was recorded with it.';
  return {
    heading,
    paragraphs: paragraphs.map((one) => one.replace('{recorded}', recorded)),
    renewable: more.renewable,
    done: more.done,
  };
}

/** Something that was done by a link: its event, what it was in a sentence, and when. */
export interface LinkAct {
  readonly event: string;
  readonly what: string;
  readonly when: string;
  /** The beginning of the hash of the entry in the history, by which it is found there. */
  readonly reference: string;
}

/** What the page of an open link is made of. */
export interface OpenLinkPage {
  readonly view: InstanceView;
  readonly who: string;
  readonly organisation: string | null;
  /** Names of the organisations that it waits for, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** UTC instant. */
  readonly expiresAt: string;
  /** UTC instant. */
  readonly now: string;
  /** The address of the link itself. */
  readonly base: string;
  readonly needsCode: boolean;
  /** What was done by it already, the newest first. */
  readonly done: readonly LinkAct[];
  readonly document: LinkDocument | null;
  /** What a link to decide is for, with its form; null for one to take part. */
  readonly main: {
    readonly option: OfferedOption;
    readonly about: FormPageView['about'];
    readonly form: FormView;
  } | null;
}

interface LinkDocument {
  readonly title: string;
  readonly html: string;
  /** What changed since the text before; null for a first text. */
  readonly changes: string | null;
  readonly pdf: string;
  readonly manifest: string;
}

export interface OpenLinkView {
  readonly heading: string;
  readonly caption: string;
  readonly who: string;
  readonly organisation: string;
  readonly partnership: string;
  readonly place: string;
  readonly waiting: readonly string[];
  readonly due: string;
  readonly until: string;
  readonly base: string;
  readonly needsCode: boolean;
  readonly document: LinkDocument | null;
  /** The words that lead over a long text to what is asked. */
  readonly jump: string;
  readonly main: {
    readonly label: string;
    readonly hint: string;
    readonly confirm: string;
    readonly open: boolean;
    readonly unmet: OfferedOption['unmet'];
    readonly about: FormPageView['about'];
    readonly form: FormView;
  } | null;
  readonly steps: readonly TaskView[];
  readonly stepsDone: string;
  readonly done: readonly LinkAct[];
  readonly others: readonly LinkAction[];
  readonly othersHeading: string;
  /** Said where nothing is left to do for now; empty otherwise. */
  readonly nothingLeft: string;
}

interface LinkAction {
  readonly label: string;
  readonly hint: string;
  readonly href: string;
  readonly open: boolean;
  readonly unmet: OfferedOption['unmet'];
}

/** The page of an open link: who is asked for what by when, the text, the decision. */
export function presentOpenLink(page: OpenLinkPage): OpenLinkView {
  const { view, main, document, base } = page;
  const { timeZone, place } = view;
  const href = (event: string): string => `${base}/do/${event}`;
  const rest = view.options.filter(({ event }) => event !== main?.option.event);
  const steps = view.steps.filter((step) => rest.some(({ event }) => event === step.event));
  // What they have done and cannot do again is told as done, and not as something that is not possible.
  const isOver = ({ event, unmet }: OfferedOption): boolean =>
    unmet.length > 0 && page.done.some((act) => act.event === event);
  const others = rest.filter(
    (option) => !steps.some(({ event }) => event === option.event) && !isOver(option),
  );
  const subject = document?.title ?? view.title;
  const done = steps.filter(({ state }) => state === 'done').length;
  const othersHeading = main
    ? 'If you cannot do that'
    : steps.length > 0 || page.done.length > 0
      ? 'What else you can do'
      : 'What you can do';
  return {
    heading: main ? main.option.label : subject,
    caption: main ? subject : view.workflow.title,
    who: page.who,
    organisation: page.organisation ?? '',
    partnership: view.partnership?.title ?? '',
    place: place.title,
    waiting: [...place.waiting, ...whoIsMissing(view, page.names)],
    due: dueWords(view),
    until: formatDeadline(page.expiresAt, timeZone),
    base,
    needsCode: page.needsCode,
    document,
    jump: document === null ? '' : main ? 'Go to your decision' : 'Go to what you can do',
    main: main && {
      label: main.option.label,
      hint: main.option.hint ?? '',
      confirm: main.option.confirm ?? '',
      open: main.option.unmet.length === 0,
      unmet: main.option.unmet,
      about: main.about,
      form: main.form,
    },
    steps: presentTaskList(
      steps.map(({ id, title, state, event }) => ({
        id: `step-${id}`,
        title,
        state,
        ...(event === null ? {} : { href: href(event) }),
      })),
      { now: page.now, timeZone },
    ),
    done: page.done,
    stepsDone: `${done} of ${steps.length} done.`,
    others: others.map(({ event, label, hint, unmet }) => ({
      label,
      hint: hint ?? '',
      href: href(event),
      open: unmet.length === 0,
      unmet,
    })),
    othersHeading,
    nothingLeft:
      page.done.length > 0 && main === null && steps.length === 0 && others.length === 0
        ? 'Nothing more is asked of you now. You can close this page.'
        : '',
  };
}

/** "Not every party has signed yet: Łódź House." */
export function whoIsMissing(
  { place }: InstanceView,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  return place.waitingFor.map(({ sentence, items }) => {
    const missing = (items ?? []).flatMap(
      ({ organisation }) => names.get(organisation ?? '') ?? [],
    );
    return missing.length === 0
      ? sentence
      : `${sentence.replace(/\.$/u, '')}: ${missing.join(', ')}.`;
  });
}

/** The next deadline ahead. */
function dueWords({ deadlines, timeZone }: InstanceView): string {
  const ahead = deadlines.flatMap(({ title, dueAt, passed }) =>
    dueAt === null || passed ? [] : [{ title, dueAt }],
  );
  ahead.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  const [next] = ahead;
  if (!next) return '';
  const when = formatDeadline(next.dueAt, timeZone);
  return ahead.length === 1
    ? when.charAt(0).toUpperCase() + when.slice(1)
    : `${next.title}: ${when}`;
}
