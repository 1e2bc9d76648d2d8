import { compileCel } from '../../engine/cel.ts';
import { dueAt } from '../../engine/deadline.ts';
import { listOf, type StepSpec, type WorkflowDefinition } from '../../engine/definition.ts';
import { readPath } from '../../engine/expression.ts';
import type { Scope } from '../../engine/scope.ts';
import type { WorkingCalendar } from '../../engine/working-calendar.ts';

/** A step of a stage as it stands now. */
export interface ShownStep {
  readonly id: string;
  readonly title: string;
  /** The guide it comes from. */
  readonly source: string | null;
  readonly state: 'done' | 'doing' | 'to-do';
  /** Title of the role that looks after it. */
  readonly owner: string;
  /** Ids of the people who were named for it; empty while nobody is, null where a role holds it. */
  readonly people: readonly string[] | null;
  /** UTC instant; null while no date is set. */
  readonly dueAt: string | null;
  /** The event or workflow by which it is done. */
  readonly event: string | null;
  readonly workflow: string | null;
}

/** Works out how each step of a stage stands: done and begun are conditions over the data. */
export function readSteps(
  definition: WorkflowDefinition,
  steps: readonly StepSpec[],
  scope: Scope,
  calendar: WorkingCalendar,
): readonly ShownStep[] {
  const holds = (text: string | undefined): boolean =>
    text !== undefined && compileCel(text)(scope) === true;
  return steps.map((step) => {
    const role = Object.hasOwn(definition.roles, step.owner)
      ? definition.roles[step.owner]
      : undefined;
    const { id, title, doneWhen, startedWhen, due } = step;
    return {
      id,
      title,
      source: step.source ?? null,
      state: holds(doneWhen) ? 'done' : holds(startedWhen) ? 'doing' : 'to-do',
      owner: role?.title ?? step.owner,
      people:
        role?.person === undefined
          ? null
          : listOf(role.person).flatMap((path) => idsIn(readPath(scope, path))),
      dueAt:
        due === undefined
          ? null
          : dueAt({ title, from: due, after: 'P0D' }, scope, scope.at, calendar),
      event: step.event ?? null,
      workflow: step.workflow ?? null,
    };
  });
}

function idsIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === 'string' && one !== '');
}
