import type { StateStory, WayStory, WorkflowStory } from '../../engine/describe/workflow-story.ts';
import type { Finding } from '../../engine/lint.ts';

export interface WorkflowPageView {
  readonly title: string;
  readonly summary: string;
  readonly version: number;
  readonly hash: string;
  readonly sources: readonly string[];
  readonly start: readonly string[];
  readonly clean: boolean;
  readonly findings: readonly { readonly text: string; readonly mend: string }[];
  readonly diagramHref: string;
  readonly fileHref: string;
  readonly fileName: string;
  /** The version that a changed file has to say. */
  readonly nextVersion: number;
  /** Where its times and limits are changed, for whoever may; empty for all others. */
  readonly settingsHref: string;
  readonly states: readonly StateView[];
}

interface StateView {
  readonly title: string;
  readonly level: number;
  readonly tag: { readonly text: string; readonly colour: string } | null;
  readonly lines: readonly string[];
  readonly deadlines: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly ways: readonly {
    readonly what: string;
    readonly who: string;
    readonly lines: readonly string[];
  }[];
}

const ENDS = {
  good: { text: 'A good end', colour: 'green' },
  neutral: { text: 'An end', colour: 'grey' },
  bad: { text: 'An end nobody wanted', colour: 'red' },
} as const;

/** The story of a workflow, place by place. */
export function presentWorkflow(given: {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly story: WorkflowStory;
  readonly findings: readonly Finding[];
  readonly maySet: boolean;
}): WorkflowPageView {
  const { story, findings } = given;
  const { start } = story;
  return {
    title: story.title,
    summary: story.summary,
    version: given.version,
    hash: given.hash,
    sources: story.sources,
    start: [
      start.by === '' ? 'Other workflows begin it.' : `${start.by} may begin it: “${start.label}”.`,
      ...(start.asks.length === 0 ? [] : [`Asked for then: ${start.asks.join('; ')}.`]),
    ],
    clean: findings.length === 0,
    findings: findings.map(({ pointer, message, mend }) => ({
      text: `${pointer}: ${message}`,
      mend,
    })),
    diagramHref: `/workflows/${given.id}/diagram.svg`,
    fileHref: `/workflows/${given.id}/workflow.json`,
    fileName: `${given.id}.json`,
    nextVersion: given.version + 1,
    settingsHref: given.maySet ? `/settings/workflows/${given.id}` : '',
    states: story.states.map(stateView),
  };
}

function stateView(state: StateStory): StateView {
  return {
    title: state.title,
    level: state.level,
    tag:
      state.kind === 'end'
        ? ENDS[state.outcome ?? 'neutral']
        : state.first && state.level === 0
          ? { text: 'Comes first', colour: 'blue' }
          : null,
    lines: [
      ...(state.waiting === null ? [] : [state.waiting]),
      ...state.tasks.map((task) => `To do: ${task}`),
      ...state.onArrival.map((line) => `On arrival: ${line}`),
      ...state.onLeaving.map((line) => `On leaving: ${line}`),
    ],
    deadlines: state.deadlines.map(({ title, due, mails }) => ({
      title,
      lines: [due, ...mails],
    })),
    ways: state.ways.map(wayView),
  };
}

function wayView({
  what,
  who,
  asks,
  unless,
  brings,
  leadsTo,
}: WayStory): StateView['ways'][number] {
  return {
    what,
    who: who ?? 'By itself',
    lines: [
      ...(asks.length === 0 ? [] : [`Asked for: ${asks.join('; ')}`]),
      ...unless.map((line) => `Not while: ${line}`),
      ...brings,
      ...(leadsTo === null ? [] : [`Leads to: ${leadsTo}`]),
    ],
  };
}
