import { isOvertaken } from './asked-document.ts';
import { checkForm } from './check-form.ts';
import { choosePersonOrSignal, type EventSource } from './choose-transition.ts';
import type { MachineContext, StepFacts } from './compile.ts';
import { correctData } from './correction.ts';
import { checkEmptied } from './emptied.ts';
import { ConcordatError } from './errors.ts';
import { EVALUATION_UNITS, withinBudget } from './evaluation-budget.ts';
import { checkEventName, checkPlainData } from './event-check.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { restoreMachine } from './machine-snapshot.ts';
import { afterChase, type ChasedDeadline } from './moment.ts';
import { tellingOfMoves } from './moved-notice.ts';
import { EVENT_OWN } from './record-data.ts';
import { runMachine, runSafely, takeTransition } from './run-machine.ts';
import type { EngineEvent, Scope } from './scope.ts';
import type { DocumentReference, InstanceSnapshot, Timer } from './snapshot.ts';
import { finishStep, type StepResult } from './step-result.ts';
import { type StepSurroundings, scopeOf } from './surroundings.ts';

export interface StepInput extends StepSurroundings {
  readonly head: { readonly snapshot: InstanceSnapshot; readonly timers: readonly Timer[] };
  readonly event: EngineEvent;
  readonly source: EventSource;
}

/**
 * One step of an instance: pure, deterministic, without I/O and without a clock of its own.
 * Throws only ConcordatErrors: `event-unknown`, `event-not-possible`, `gate-not-met` (with
 * `details.unmet`), `invalid-input`, `party-unknown`, `manifest-changed`, `instance-finished`,
 * `data-refused`, `evaluation-too-long`.
 */
export function step(input: StepInput): StepResult {
  return withinBudget(EVALUATION_UNITS.step, () => takeStep(input));
}

function takeStep(input: StepInput): StepResult {
  const { event } = input;
  checkPlainData(event);
  if (event.type === 'concordat.note') return takeNote(input);
  if (event.type === 'concordat.deadline') return fireDeadline(input);
  if (event.type.startsWith('effect.')) return takeEffectResult(input);
  if (input.head.snapshot.status === 'done' && event.type !== 'concordat.correct') {
    throw new ConcordatError('instance-finished', `${input.instance.id} has ended`, {
      userMessage: 'This has already come to its end, so nothing more can be done here.',
    });
  }
  if (event.type === 'concordat.correct') return correct(input);
  if (event.type === 'concordat.settings') {
    const result = runEvent(input, event, 'Settings changed');
    return tellingOfMoves(input.workflow, result, input.at, 'Settings of this workflow changed.');
  }
  if (event.type === 'concordat.calendar') return takeCalendar(input);
  checkEventName(event.type);
  const chosen = choosePersonOrSignal(input, scopeOfHead(input));
  if (chosen.form) {
    checkForm(chosen.form, formFieldsOf(event));
    checkEmptied(chosen.form, event);
  }
  return runEvent(input, event, chosen.story, chosen.refusal);
}

/** What happened outside is recorded; a chase that has gone brings the next one. */
function takeNote(input: StepInput): StepResult {
  const { event, head, workflow } = input;
  const noted = unchanged(input, textOf(event['story']));
  const chased = event['chased'] as unknown as ChasedDeadline | undefined;
  if (chased === undefined) return noted;
  const deadlines = workflow.definition.deadlines ?? {};
  return { ...noted, timers: afterChase(head.timers, chased, deadlines, input) };
}

/** The public holidays are others than they were: deadlines counted in working days move. */
function takeCalendar(input: StepInput): StepResult {
  const result = runEvent(input, input.event, '');
  const { deadlines = {} } = input.workflow.definition;
  const titles = result.moved.map(({ deadline }) => deadlines[deadline]?.title ?? deadline);
  const story = `Moved, because public holidays changed: ${titles.join(', ')}`;
  const reason = 'The public holidays are others than were known before.';
  return tellingOfMoves(input.workflow, { ...result, story }, input.at, reason);
}

/** A deadline has come. A stale one (the state was left, the date has moved) is dropped. */
function fireDeadline(input: StepInput): StepResult {
  const { head, event, workflow } = input;
  const timer = head.timers.find((candidate) => candidate.timer === event['timer']);
  if (
    !timer ||
    head.snapshot.status === 'done' ||
    timer.visit !== event['visit'] ||
    timer.dueAt === null ||
    timer.dueAt !== event['dueAt'] ||
    timer.firedAt !== null ||
    timer.dueAt > input.at
  )
    return { ...unchanged(input, ''), outcome: 'dropped' };
  const delayed = Array.from(workflow.delays.entries()).find(
    ([, delay]) => `${delay.deadline}@${delay.state}` === timer.timer,
  );
  const title = workflow.definition.deadlines?.[timer.deadline]?.title ?? timer.deadline;
  const type = delayed?.[0] ?? '';
  return runEvent(input, { ...event, type }, `Deadline reached: ${title}`, undefined, timer.timer);
}

/** The coordinator mends a mistake: the data change, deadlines follow, those concerned are told. */
function correct(input: StepInput): StepResult {
  const scope = scopeOfHead(input);
  const { data, notice, story } = correctData(input.workflow, input.event, scope);
  const corrected: StepInput = {
    ...input,
    head: { ...input.head, snapshot: { ...input.head.snapshot, data } },
  };
  if (input.head.snapshot.status === 'done') {
    return { ...unchanged(corrected, story), effects: [{ ...notice([]), n: 0 }] };
  }
  const result = runEvent(corrected, input.event, story);
  const n = result.effects.length;
  return { ...result, effects: [...result.effects, { ...notice(result.moved), n }] };
}

/**
 * What an effect brought: a document is kept by name, a child is remembered; then the machine. A
 * document is dropped when a newer text has been asked for meanwhile.
 */
function takeEffectResult(input: StepInput): StepResult {
  const { event, head } = input;
  const [, kind, ...rest] = event.type.split('.');
  const name = rest.join('.');
  const { snapshot } = head;
  let next: InstanceSnapshot = snapshot;
  let story = '';
  if (kind === 'document') {
    if (isOvertaken(input.workflow, snapshot, name, event))
      return { ...unchanged(input, ''), outcome: 'dropped' };
    const document = event['document'] as unknown as DocumentReference;
    next = { ...snapshot, documents: { ...snapshot.documents, [name]: document } };
    story = `Document prepared: ${document.title}`;
  } else if (kind === 'start') {
    const child = {
      instance: textOf(event['child']),
      workflow: textOf(event['workflow']),
      name,
      ...(event['linked'] === true ? { linked: true } : {}),
    };
    next = { ...snapshot, children: [...snapshot.children, child] };
    story = `Started: ${textOf(event['title']) || child.workflow}`;
  } else {
    throw new ConcordatError('event-unknown', `no effect brings "${event.type}"`);
  }
  // What a last step asked for, or what came late, is kept although nothing moves any more.
  if (snapshot.status === 'done') return { ...unchanged(input, story), snapshot: next };
  return runEvent({ ...input, head: { ...head, snapshot: next } }, event, story);
}

function runEvent(
  input: StepInput,
  event: EngineEvent,
  story: string,
  refusal?: () => ConcordatError,
  fired: string | null = null,
): StepResult {
  const { workflow, head } = input;
  const scope = scopeOf(input, event, head.snapshot.data, head.snapshot.documents, null);
  const facts: StepFacts = { scope, failures: [], leftOut: [], answers: new Map() };
  const context: MachineContext = { data: head.snapshot.data, step: facts };
  const restored = restoreMachine(workflow, head.snapshot, context);
  if (refusal) {
    const taken = runSafely(() => workflow.machine.getTransitionData(restored, event as never));
    if (taken.length === 0) throw refusal();
  }
  const outcome = runMachine(facts, () => takeTransition(workflow.machine, restored, event));
  return finishStep({ ...input, scope, outcome, story, before: head, fired });
}

function unchanged(input: StepInput, story: string): StepResult {
  const { snapshot, timers } = input.head;
  return { snapshot, timers, effects: [], moved: [], story, outcome: 'taken' };
}

/** The scope at an instance's head, before any event; for gates shown on the page. */
export function scopeOfHead(
  input: Omit<StepInput, 'event' | 'source'> & { event?: EngineEvent },
): Scope {
  const event = input.event ?? { type: 'concordat.look' };
  return scopeOf(input, event, input.head.snapshot.data, input.head.snapshot.documents, null);
}

export function formFieldsOf(event: EngineEvent): JsonObject {
  const fields = Object.entries(event).filter(
    ([name, value]) => !EVENT_OWN.has(name) && value !== undefined,
  );
  return Object.fromEntries(fields) as JsonObject;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
