import { type CompiledWorkflow, compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { EngineEvent } from '../../engine/scope.ts';
import { startInstance } from '../../engine/start-instance.ts';
import { step } from '../../engine/step.ts';
import type { StepResult } from '../../engine/step-result.ts';
import type { EventSource } from '../../engine/choose-transition.ts';
import type { WorkingCalendar } from '../../engine/working-calendar.ts';

export const PLAIN_CALENDAR: WorkingCalendar = {
  region: 'none',
  version: '1',
  isHoliday: () => false,
};

/** Drives the pure engine through one instance, keeping its head. */
export interface EngineHarness {
  readonly workflow: CompiledWorkflow;
  readonly head: StepResult;
  send(event: EngineEvent, at: string, source?: EventSource): StepResult;
  /** Fires the named deadline at its due time (or at `at`). */
  fire(deadline: string, at?: string): StepResult;
}

export function engineHarness(input: {
  readonly definition: WorkflowDefinition;
  readonly at: string;
  readonly form: JsonObject;
  readonly timeZone?: string;
  readonly calendar?: WorkingCalendar;
  readonly settings?: JsonObject;
  readonly organisations?: readonly string[];
}): EngineHarness {
  const workflow = compileWorkflow(input.definition);
  const surroundings = {
    workflow,
    by: { person: 'ann', organisation: 'council', role: 'manager' },
    instance: {
      id: 'i1',
      partnership: 'p1',
      parent: null,
      timeZone: input.timeZone ?? 'Europe/London',
    },
    settings: input.settings ?? {},
    calendar: input.calendar ?? PLAIN_CALENDAR,
  };
  const organisations = input.organisations ?? ['council', 'trust'];
  let head = startInstance({
    ...surroundings,
    at: input.at,
    form: input.form,
    partnership: { id: 'p1', lead: 'council', organisations },
  });
  const send = (event: EngineEvent, at: string, source: EventSource = { kind: 'person' }) => {
    head = step({ ...surroundings, at, head, event, source });
    return head;
  };
  return {
    workflow,
    get head() {
      return head;
    },
    send,
    fire(deadline, at) {
      const timer = head.timers.find((one) => one.deadline === deadline);
      if (!timer) throw new Error(`no timer runs for ${deadline}`);
      const { timer: name, visit, dueAt } = timer;
      const event = { type: 'concordat.deadline', timer: name, visit, dueAt };
      return send(event, at ?? dueAt ?? '', { kind: 'engine' });
    },
  };
}
