import type { CompiledWorkflow } from '../../../engine/compile.ts';
import { listOf, type MachineConfig, type TransitionMeta } from '../../../engine/definition.ts';
import { ANSWER_SCHEMAS, itemsOf } from './answer-schemas.ts';
import { defineOperation } from './operation.ts';
import { id } from './schema-parts.ts';

const GROUP = 'Workflows';

export const listWorkflows = defineOperation({
  id: 'listWorkflows',
  method: 'get',
  path: '/workflows',
  group: GROUP,
  summary: 'List the workflows',
  description: 'The newest version of each.',
  answer: {
    status: 200,
    description: 'All workflows, in order of title',
    schema: itemsOf(ANSWER_SCHEMAS.Workflow),
  },
  refusals: [],
  handle: async ({ services }) => ({ json: { items: services.workflows.newest().map(inShort) } }),
});

export const readWorkflow = defineOperation<{ params: { workflow: string } }>({
  id: 'readWorkflow',
  method: 'get',
  path: '/workflows/{workflow}',
  group: GROUP,
  summary: 'Read a workflow',
  description:
    'Who may start it and with which form, where its instances can stand, and what people can do there. An instance that was started earlier may run on an older version: read the instance to see what can be done in it.',
  params: { workflow: id('Id of the workflow, such as `agreement`') },
  answer: { status: 200, description: 'The workflow', schema: ANSWER_SCHEMAS.WorkflowDetails },
  refusals: ['definition-unknown'],
  handle: async ({ services, params }) => ({
    json: inFull(services.workflows.newestOf(params.workflow)),
  }),
});

function inShort({ definition, hash }: CompiledWorkflow): object {
  const { id, version, title, summary, sources } = definition;
  return { id, version, hash, title, summary, sources };
}

function inFull(workflow: CompiledWorkflow): object {
  const { definition, startForm, forms } = workflow;
  const { start, roles, machine, deadlines, data } = definition;
  const titles = (names: readonly string[] | undefined): readonly string[] =>
    (names ?? []).map((name) => roles[name]?.title ?? name);
  return {
    ...inShort(workflow),
    start: { label: start.label, who: titles(start.by), form: startForm.shown },
    roles: Object.entries(roles).map(([name, { title }]) => ({ id: name, title })),
    states: statesOf(machine, ''),
    events: takenByPeople(machine).map(({ event, meta }) => ({
      event,
      label: meta.label,
      who: titles(meta.by),
      form: forms.get(meta)?.shown ?? { type: 'object' },
    })),
    deadlines: Object.entries(deadlines ?? {}).map(([name, { title }]) => ({
      deadline: name,
      title,
    })),
    data,
  };
}

function statesOf({ states }: MachineConfig, parent: string): readonly object[] {
  return Object.entries(states ?? {}).flatMap(([key, config]) => {
    if (config.type === 'history') return [];
    const path = parent === '' ? key : `${parent}.${key}`;
    const { title, waiting } = config.meta ?? {};
    const state = {
      path,
      title: title ?? key,
      waiting: waiting ?? null,
      final: config.type === 'final',
    };
    return [state, ...statesOf(config, path)];
  });
}

/** Each event once, with the first transition that people take on it. */
function takenByPeople(
  machine: MachineConfig,
): readonly { readonly event: string; readonly meta: TransitionMeta }[] {
  const found = new Map<string, TransitionMeta>();
  const visit = ({ on, states }: MachineConfig): void => {
    for (const [event, transitions] of Object.entries(on ?? {})) {
      const meta = listOf(transitions).find((one) => one.meta?.label !== undefined)?.meta;
      if (meta && !found.has(event)) found.set(event, meta);
    }
    Object.values(states ?? {}).forEach(visit);
  };
  visit(machine);
  return [...found].map(([event, meta]) => ({ event, meta }));
}
