import type { Criterion, GuardConfig, WorkflowDefinition } from './definition.ts';
import { dueInWords, durationInWords, distanceInWords, words } from './describe/duration-words.ts';
import { effectsInWords, type OutsideNames, rolesInWords } from './describe/effect-words.ts';
import type {
  DeadlineStory,
  StateStory,
  WayStory,
  WorkflowStory,
} from './describe/workflow-story.ts';
import { formSchema } from './form.ts';
import { ancestorsOf, type StateNode, stateTree, titleOf, type Transition } from './state-tree.ts';

export type { OutsideNames } from './describe/effect-words.ts';
export { storyText } from './describe/story-text.ts';

/** Tells a definition that lint has found clean; `names` gives mails and other workflows their titles. */
export function describeWorkflow(
  definition: WorkflowDefinition,
  names: OutsideNames = {},
): WorkflowStory {
  const tree = stateTree(definition);
  const { start } = definition;
  return {
    title: definition.title,
    summary: definition.summary,
    sources: definition.sources,
    start: {
      label: start.label,
      by: rolesInWords(start.by, definition),
      asks: fieldTitles(start.form, definition),
    },
    states: tree.states
      .filter(
        ({ parent, kind, config }) =>
          kind !== 'history' && (parent !== null || config.on !== undefined),
      )
      .map((state) => {
        const own = tree.transitions.filter(({ source }) => source === state);
        return stateStory(state, own, definition, names);
      }),
  };
}

function stateStory(
  state: StateNode,
  transitions: readonly Transition[],
  definition: WorkflowDefinition,
  names: OutsideNames,
): StateStory {
  const { config, parent } = state;
  const clocks = new Set(transitions.flatMap(({ kind, name }) => (kind === 'after' ? [name] : [])));
  return {
    title: parent ? titleOf(state) : 'At any time',
    level: Math.max(0, ancestorsOf(state).length - 1),
    kind: state.kind === 'final' ? 'end' : state.children.length > 0 ? 'group' : 'place',
    outcome: config.meta?.outcome ?? null,
    first: parent !== null && parent.config.initial === state.key,
    waiting: config.meta?.waiting ?? null,
    onArrival: effectsInWords(config.entry, definition, names),
    onLeaving: effectsInWords(config.exit, definition, names),
    deadlines: [...clocks].flatMap((name) => deadlineStory(name, definition, names)),
    ways: transitions.flatMap((transition) => wayStory(transition, definition, names)),
    tasks: (config.meta?.steps ?? []).map(
      ({ title, owner }) => `${title} (${rolesInWords([owner], definition)})`,
    ),
  };
}

function deadlineStory(
  name: string,
  definition: WorkflowDefinition,
  names: OutsideNames,
): readonly DeadlineStory[] {
  const spec = definition.deadlines?.[name];
  if (!spec) return [];
  const mail = (template: string): string => names.email?.(template) ?? words(template);
  const { chases } = spec;
  return [
    {
      title: spec.title,
      due: dueInWords(spec, definition),
      mails: [
        ...(spec.reminders ?? []).map(
          ({ before, to, template }) =>
            `${distanceInWords(before, definition)} before, a reminder goes to ${rolesInWords(to, definition)}: ${mail(template)}.`,
        ),
        ...(chases
          ? [
              `Once it has passed, a mail goes to ${rolesInWords(chases.to, definition)} every ${durationInWords(chases.every)}, at most ${chases.max} times: ${mail(chases.template)}. After that it is handed over to the coordinator.`,
            ]
          : []),
      ],
    },
  ];
}

function wayStory(
  transition: Transition,
  definition: WorkflowDefinition,
  names: OutsideNames,
): readonly WayStory[] {
  const { config, target, kind } = transition;
  const meta = config.meta ?? {};
  const brings = effectsInWords(config.actions, definition, names);
  const leadsTo = target ? titleOf(target) : null;
  // A deadline that only runs is told where deadlines are.
  if (kind === 'after' && leadsTo === null && brings.length === 0) return [];
  const each = meta.eachParty === true ? ', each organisation for itself' : '';
  return [
    {
      what: occasion(transition, definition),
      who: meta.label === undefined ? null : `${rolesInWords(meta.by, definition)}${each}`,
      asks: fieldTitles(meta.form, definition),
      unless: sentencesOf(config.guard),
      brings,
      leadsTo,
    },
  ];
}

/** The words on the button, or when it comes without anybody pressing one. */
function occasion({ kind, name, config }: Transition, definition: WorkflowDefinition): string {
  const meta = config.meta ?? {};
  if (meta.label !== undefined) return meta.label;
  if (kind === 'after')
    return `When the time is up: ${definition.deadlines?.[name]?.title ?? words(name)}`;
  if (kind === 'always') return 'By itself, as soon as it is possible';
  if (kind === 'onDone') return 'When all of this is done';
  const [, effect, made = ''] = /^effect\.(document|start)\.(.+)$/u.exec(name) ?? [];
  if (effect === 'document')
    return `When the document is there: ${documentTitle(made, definition)}`;
  if (effect === 'start') return `When it has begun: ${words(made)}`;
  // A story with names in it needs an event to fill them.
  const told = meta.story !== undefined && !meta.story.includes('{') ? meta.story : words(name);
  return `When word comes: ${told}`;
}

function documentTitle(name: string, definition: WorkflowDefinition): string {
  const made = stateTree(definition).actions.find(
    ({ action }) => action.type === 'document' && action.params?.['name'] === name,
  );
  const title = made?.action.params?.['title'];
  return typeof title === 'string' ? title : words(name);
}

/** The sentences people read when a gate is shut. */
function sentencesOf(guard: GuardConfig | undefined): readonly string[] {
  if (!guard) return [];
  const params = guard.params ?? {};
  const { otherwise } = params;
  const criteria = (params['all'] ?? []) as readonly Criterion[];
  const rule =
    guard.type === 'signOff'
      ? 'By your organisation’s rule it is not yours to sign now.'
      : otherwise;
  return [
    ...criteria.map((criterion) => criterion.otherwise),
    ...(typeof rule === 'string' ? [rule] : []),
  ];
}

function fieldTitles(
  form: WorkflowDefinition['start']['form'],
  definition: WorkflowDefinition,
): readonly string[] {
  const { properties } = formSchema(form, definition.data);
  return Object.entries(properties ?? {}).map(([name, { title }]) => title ?? words(name));
}
