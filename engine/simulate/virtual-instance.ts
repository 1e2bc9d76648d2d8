import type { CompiledWorkflow } from '../compile.ts';
import type { SignalSource } from '../definition.ts';
import type { Effect } from '../effect.ts';
import { ConcordatError } from '../errors.ts';
import type { JsonObject } from '../json-value.ts';
import { afterChase, type Moment, momentsOf } from '../moment.ts';
import { placeOf } from '../place.ts';
import type {
  ActingPerson,
  EngineEvent,
  InstanceFacts,
  PartnershipFacts,
  Scope,
} from '../scope.ts';
import type { InstanceSnapshot, Timer } from '../snapshot.ts';
import { startInstance } from '../start-instance.ts';
import { scopeOfHead, step, type StepInput } from '../step.ts';
import type { StepResult } from '../step-result.ts';
import type { WorkingCalendar } from '../working-calendar.ts';
import { type Happening, happeningsOf } from './happening.ts';
import { childStarted, documentMade } from './effect-answer.ts';
import { personEvent } from './person-event.ts';
import { checkMayStart, type VirtualPerson } from './virtual-person.ts';

export interface VirtualWorld {
  readonly workflow: CompiledWorkflow;
  readonly instance: InstanceFacts;
  readonly partnership: PartnershipFacts;
  readonly settings: JsonObject;
  readonly calendar: WorkingCalendar;
}

/** An instance that lives in memory on a clock of its own. A copy of the object is a branch of its story. */
export interface VirtualInstance {
  readonly now: () => string;
  readonly snapshot: () => InstanceSnapshot;
  readonly timers: () => readonly Timer[];
  readonly scope: () => Scope;
  /** All that has happened, oldest first. */
  readonly happenings: () => readonly Happening[];
  readonly send: (event: string, by: VirtualPerson, fields: JsonObject) => void;
  readonly signal: (
    event: string,
    from: SignalSource,
    origin: JsonObject,
    fields: JsonObject,
  ) => void;
  readonly correct: (changes: JsonObject, reason: string) => void;
  /** Lets the clock run: deadlines, reminders and chases come at their times, in order. */
  readonly runUntil: (at: string) => void;
  /** The next thing the clock will bring. */
  readonly nextMoment: () => Moment | undefined;
  readonly fork: () => VirtualInstance;
}

/** Loops between effects and their results, or a clock that never settles, end here. */
const MOST_AT_ONCE = 500;

interface Memory {
  at: string;
  head: { readonly snapshot: InstanceSnapshot; readonly timers: readonly Timer[] };
  happenings: readonly Happening[];
  /** Keys of reminders and chases that went out. */
  done: ReadonlySet<string>;
  made: number;
  /** Where it stood last. */
  states: string;
  /** Effects that are not answered yet. */
  waiting: readonly Effect[];
}

/**
 * Begins an instance: by hand, with the start form; or, when data are handed over, by another
 * workflow in the name of whoever acted there. Throws what `startInstance` throws, and `not-allowed`.
 */
export function startVirtual(
  world: VirtualWorld,
  at: string,
  start: {
    readonly by?: VirtualPerson;
    readonly with?: JsonObject;
    readonly data?: JsonObject;
  },
): VirtualInstance {
  const { workflow } = world;
  const byHand = start.data === undefined;
  const form = byHand ? (start.with ?? {}) : start.with;
  if (byHand) checkMayStart(workflow, start.by);
  const acting: ActingPerson | null = start.by ? { ...start.by } : null;
  const result = startInstance({
    workflow,
    at,
    by: acting,
    instance: world.instance,
    settings: world.settings,
    calendar: world.calendar,
    partnership: world.partnership,
    ...(form ? { form } : {}),
    ...(start.data ? { data: start.data } : {}),
  });
  const memory: Memory = {
    at,
    head: { snapshot: result.snapshot, timers: [] },
    happenings: [],
    done: new Set(),
    made: 0,
    states: '',
    waiting: [],
  };
  const instance = live(world, memory);
  const event: EngineEvent = { ...form, type: 'concordat.start' };
  instance.begin(result, acting, event);
  return instance;
}

interface Living extends VirtualInstance {
  readonly begin: (result: StepResult, by: ActingPerson | null, event: EngineEvent) => void;
}

function live(world: VirtualWorld, memory: Memory): Living {
  const { workflow, calendar } = world;
  const deadlines = workflow.definition.deadlines ?? {};

  const input = (
    event: EngineEvent,
    source: StepInput['source'],
    by: ActingPerson | null,
  ): StepInput => ({
    workflow,
    head: memory.head,
    event,
    source,
    at: memory.at,
    by,
    instance: world.instance,
    settings: world.settings,
    calendar,
  });
  const scope = (): Scope =>
    scopeOfHead(input({ type: 'concordat.look' }, { kind: 'engine' }, null));

  /** What a step brought becomes the head; its effects wait to be answered. */
  function commit(result: StepResult, by: ActingPerson | null, event: EngineEvent): void {
    const { at } = memory;
    const was = new Map(memory.head.timers.map((timer) => [timer.timer, timer.dueAt]));
    memory.head = { snapshot: result.snapshot, timers: result.timers };
    const added: Happening[] = [];
    if (result.story !== '') added.push({ kind: 'story', at, text: result.story, by, event });
    const place = placeOf(workflow, result.snapshot, scope());
    const states = place.states.join(' ');
    if (states !== memory.states) {
      added.push({ kind: 'place', at, states: place.states, title: place.title });
    }
    for (const { timer, deadline, dueAt } of result.timers) {
      if (was.has(timer) && was.get(timer) === dueAt) continue;
      added.push({ kind: 'due', at, deadline, dueAt, moved: was.has(timer) });
    }
    for (const effect of result.effects) added.push(...happeningsOf(effect, at));
    memory.states = states;
    memory.happenings = memory.happenings.concat(added);
    memory.waiting = memory.waiting.concat(result.effects);
  }

  /** Answers effects as the worker would and brings what is due, until nothing is left to do now. */
  function settle(): void {
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      const [effect, ...rest] = memory.waiting;
      if (effect) {
        memory.waiting = rest;
        const answer = answerOf(effect);
        if (answer) commit(step(input(answer, { kind: 'engine' }, null)), null, answer);
        continue;
      }
      // A deadline that lies in the past comes at once.
      const due = moments().find(({ at }) => at <= memory.at);
      if (!due) return;
      bring(due);
    }
    throw endless();
  }

  function answerOf(effect: Effect): EngineEvent | null {
    if (effect.type !== 'document' && effect.type !== 'start') return null;
    memory.made += 1;
    if (effect.type === 'document') return documentMade(effect, memory.made, memory.at);
    const { workflow: begun } = effect;
    const child = `${begun}-${memory.made}`;
    const happening = { kind: 'start', at: memory.at, workflow: begun, instance: child } as const;
    memory.happenings = memory.happenings.concat(happening);
    return childStarted(effect, child);
  }

  function moments(): readonly Moment[] {
    return momentsOf(memory.head.timers, deadlines, scope(), calendar).filter(
      ({ key }) => !memory.done.has(key),
    );
  }

  function bring(moment: Moment): void {
    memory.done = new Set(memory.done).add(moment.key);
    if (moment.kind !== 'deadline') {
      const { kind, to, template } = moment;
      if (kind === 'chase' || kind === 'handover') {
        const timers = afterChase(memory.head.timers, moment, deadlines, scope());
        memory.head = { ...memory.head, timers };
      }
      // As the worker does: a reminder after its deadline, or overtaken by the next, is not sent.
      const late = kind === 'reminder' && memory.at >= moment.dueAt;
      const overtaken = moment.nextAt !== null && memory.at >= moment.nextAt;
      if (late || overtaken || template === null) return;
      memory.happenings = memory.happenings.concat({
        kind: 'mail',
        at: memory.at,
        why: kind,
        template,
        to,
        of: null,
      });
      return;
    }
    const { timer, visit, dueAt } = moment;
    const event: EngineEvent = { type: 'concordat.deadline', timer, visit, dueAt };
    commit(step(input(event, { kind: 'engine' }, null)), null, event);
  }

  return {
    begin: (result, by, event) => {
      commit(result, by, event);
      settle();
    },
    now: () => memory.at,
    snapshot: () => memory.head.snapshot,
    timers: () => memory.head.timers,
    scope,
    happenings: () => memory.happenings,
    nextMoment: () => moments()[0],
    fork: () => live(world, { ...memory }),
    send: (type, person, fields) => {
      const { snapshot } = memory.head;
      const { event, by } = personEvent({ workflow, snapshot, scope }, type, person, fields);
      commit(step(input(event, { kind: 'person' }, by)), by, event);
      settle();
    },
    signal: (type, from, origin, fields) => {
      const event: EngineEvent = { ...fields, type, from: origin };
      commit(step(input(event, { kind: 'signal', from: [from] }, null)), null, event);
      settle();
    },
    correct: (changes, reason) => {
      const by: ActingPerson = {
        person: 'coordinator',
        organisation: world.partnership.lead,
        role: 'coordinator',
      };
      const event: EngineEvent = { type: 'concordat.correct', changes, reason };
      commit(step(input(event, { kind: 'person' }, by)), by, event);
      settle();
    },
    runUntil: (at) => {
      for (let count = 0; count < 10_000; count += 1) {
        const next = moments()[0];
        if (!next || next.at > at) break;
        if (next.at > memory.at) memory.at = next.at;
        settle();
      }
      if (at > memory.at) memory.at = at;
    },
  };
}

function endless(): ConcordatError {
  return new ConcordatError(
    'evaluation-too-long',
    'effects or deadlines bring each other without end',
    {
      userMessage:
        'This workflow does not come to rest: its effects or deadlines bring each other without end.',
    },
  );
}
