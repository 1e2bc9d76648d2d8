import { Temporal } from 'temporal-polyfill';
import type { CompiledWorkflow } from '../compile.ts';
import { ConcordatError, isConcordatError } from '../errors.ts';
import { placeOf } from '../place.ts';
import type { Data } from '../snapshot.ts';
import type { WorkingCalendar } from '../working-calendar.ts';
import { unmetExpectations } from './expectation.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';
import { LEFT_OUT } from '../step-result.ts';
import { momentInWords, refusalOf, storyLines } from './story.ts';
import type { Happening } from './happening.ts';
import { startVirtual, type VirtualInstance, type VirtualWorld } from './virtual-instance.ts';

/** What a scenario brought. */
export interface ScenarioRun {
  readonly name: string;
  /** Where it stood after the start and after each step. */
  readonly steps: readonly StepRun[];
  /** What it held after the start and after each step. */
  readonly held: readonly Data[];
  /** The whole story, a sentence a line. */
  readonly story: readonly string[];
  readonly happenings: readonly Happening[];
  /** What was not as expected; empty when the scenario holds. */
  readonly failures: readonly string[];
}

interface StepRun {
  readonly at: string;
  readonly title: string;
  /** What was said when the event was refused. */
  readonly refused: string | null;
}

/**
 * Plays one scenario on a clock of its own; the same input always gives the same run. `watch` sees the
 * instance after the start and after each step.
 */
export function runScenario(
  workflow: CompiledWorkflow,
  scenario: Scenario,
  calendar: WorkingCalendar,
  watch: (instance: VirtualInstance) => void = () => undefined,
): ScenarioRun {
  const timeZone = scenario.timeZone ?? 'Europe/London';
  const failures: string[] = [];
  const steps: StepRun[] = [];
  const held: Data[] = [];
  let instance: VirtualInstance | undefined;
  let seen = 0;
  const look = (where: string, step: Pick<ScenarioStep, 'expect'>, act: () => void): void => {
    const refused = attempt(act);
    const expected = step.expect ?? {};
    if (refused !== null && expected.refused === undefined)
      failures.push(`${where}: refused: ${refused.text}`);
    if (refused === null && expected.refused !== undefined)
      failures.push(`${where}: expected to be refused ("${expected.refused}"), but it was taken`);
    if (
      refused !== null &&
      expected.refused !== undefined &&
      !refused.code.includes(expected.refused) &&
      !refused.text.includes(expected.refused)
    ) {
      failures.push(
        `${where}: expected the refusal to say "${expected.refused}", but it says: ${refused.text}`,
      );
    }
    if (!instance) return;
    const since = instance.happenings().slice(seen);
    seen = instance.happenings().length;
    // What only people would find in the history later is found here.
    for (const one of since) {
      if (one.kind === 'story' && one.text.includes(LEFT_OUT)) {
        failures.push(`${where}: an expression failed: ${one.text}`);
      }
    }
    failures.push(
      ...unmetExpectations(expected, workflow, instance, since).map((one) => `${where}: ${one}`),
    );
    const { title } = placeOf(workflow, instance.snapshot(), instance.scope());
    steps.push({ at: instance.now(), title, refused: refused?.text ?? null });
    held.push(instance.snapshot().data);
    watch(instance);
  };
  look('start', scenario, () => {
    const world = worldOf(workflow, scenario, timeZone, calendar);
    instance = startVirtual(world, wholeInstant(scenario.at), scenario.start);
  });
  for (const [index, step] of scenario.steps.entries()) {
    const playing: VirtualInstance | undefined = instance;
    if (!playing) break;
    look(whereOf(step, index), step, () => act(playing, step, timeZone));
  }
  const happenings = instance?.happenings() ?? [];
  return {
    name: scenario.name,
    steps,
    held,
    story: [
      ...storyLines(happenings, { workflow, timeZone, names: scenario.organisations }),
      ...(instance
        ? [`${momentInWords(instance.now(), timeZone)}  It stands at: ${steps.at(-1)?.title ?? ''}`]
        : []),
    ],
    happenings,
    failures,
  };
}

function act(instance: VirtualInstance, step: ScenarioStep, timeZone: string): void {
  if (step.wait !== undefined) instance.runUntil(later(instance.now(), step.wait, timeZone));
  if (step.until !== undefined) instance.runUntil(instantOf(step.until, timeZone));
  const fields = step.with ?? {};
  if (step.correct) instance.correct(step.correct.changes, step.correct.reason);
  if (step.event === undefined) return;
  if (step.signal) {
    const { from, instance: sender, workflow } = step.signal;
    const { partnership } = instance.scope().instance;
    instance.signal(
      step.event,
      from,
      { instance: sender ?? `${from}-1`, workflow: workflow ?? from, partnership },
      fields,
    );
  } else if (step.by) {
    instance.send(step.event, step.by, fields);
  } else {
    throw new ConcordatError(
      'bad-request',
      `the step "${step.event}" says neither "by" nor "signal"`,
    );
  }
}

function worldOf(
  workflow: CompiledWorkflow,
  scenario: Scenario,
  timeZone: string,
  calendar: WorkingCalendar,
): VirtualWorld {
  const organisations = scenario.partnership?.organisations ?? Object.keys(scenario.organisations);
  const { title } = scenario.partnership ?? {};
  const partnership = {
    id: 'partnership-1',
    lead: scenario.partnership?.lead ?? organisations[0] ?? '',
    organisations,
    ...(title === undefined ? {} : { title }),
  };
  return {
    workflow,
    instance: {
      id: `${workflow.definition.id}-0`,
      partnership: partnership.id,
      parent: scenario.start.data === undefined ? null : 'parent-1',
      timeZone,
    },
    partnership,
    settings: scenario.settings ?? {},
    calendar,
  };
}

function attempt(act: () => void): { readonly text: string; readonly code: string } | null {
  try {
    act();
    return null;
  } catch (error) {
    return { text: refusalOf(error), code: isConcordatError(error) ? error.code : 'internal' };
  }
}

function whereOf(step: ScenarioStep, index: number): string {
  const what = step.event ?? (step.correct ? 'correct' : (step.wait ?? step.until ?? 'look'));
  return `step ${index + 1} (${what})`;
}

function later(at: string, wait: string, timeZone: string): string {
  const moved = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).add(wait);
  return wholeInstant(moved.toInstant().toString());
}

/** An instant as it stands; a date means 09:00 there, when the day's reminders have just gone out. */
function instantOf(text: string, timeZone: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return wholeInstant(text);
  const nine = Temporal.PlainTime.from('09:00');
  return wholeInstant(
    Temporal.PlainDate.from(text)
      .toZonedDateTime({ timeZone, plainTime: nine })
      .toInstant()
      .toString(),
  );
}

/** As everywhere in the engine, with milliseconds. */
function wholeInstant(text: string): string {
  return Temporal.Instant.from(text).toString({ fractionalSecondDigits: 3 });
}
