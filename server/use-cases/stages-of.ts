import type { MachineConfig, StepSpec, WorkflowDefinition } from '../../engine/definition.ts';

/** A state that shows its steps as a task list, such as a stage of a partnership. */
export interface Stage {
  /** Dotted path of the state. */
  readonly path: string;
  readonly title: string;
  readonly steps: readonly StepSpec[];
}

/** The stages of a workflow, in the order its author wrote them. */
export function stagesOf({ machine }: WorkflowDefinition): readonly Stage[] {
  return stagesIn(machine, '');
}

/** The stage in which an instance stands; `state` is the row's (innermost paths, space between). */
export function stageAt(stages: readonly Stage[], state: string): Stage | undefined {
  const places = state.split(' ');
  return stages.find(({ path }) =>
    places.some((place) => place === path || place.startsWith(`${path}.`)),
  );
}

function stagesIn({ states }: MachineConfig, parent: string): readonly Stage[] {
  return Object.entries(states ?? {}).flatMap(([key, config]) => {
    const path = parent === '' ? key : `${parent}.${key}`;
    const { steps, title } = config.meta ?? {};
    const own = steps === undefined ? [] : [{ path, title: title ?? key, steps }];
    return [...own, ...stagesIn(config, path)];
  });
}
