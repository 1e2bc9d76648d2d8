import { candidatesAt } from '../choose-transition.ts';
import type { CompiledWorkflow } from '../compile.ts';
import { listOf, type SignalSource } from '../definition.ts';
import { isConcordatError } from '../errors.ts';
import { readPath } from '../expression.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { optionsAt } from '../options.ts';
import { organisationsOfRole } from '../role.ts';
import type { InstanceSnapshot } from '../snapshot.ts';
import type { WorkingCalendar } from '../working-calendar.ts';
import { sampleForms, sampleValue, type SampleWorld } from './sample-value.ts';
import { startVirtual, type VirtualInstance, type VirtualWorld } from './virtual-instance.ts';
import type { VirtualPerson } from './virtual-person.ts';

/** Where and when a walk begins. */
export interface WalkBeginning {
  /** A UTC instant. */
  readonly at: string;
  readonly timeZone: string;
  readonly calendar: WorkingCalendar;
}

const ORGANISATIONS = ['north', 'south'];
export const NAMES = { north: 'North Council', south: 'South Trust' };

/** Of all ways to take one event at one place, so many are tried and so many different ones kept. */
const MOST_TRIED = 24;
const MOST_KEPT = 3;

/** Two places are alike when they differ only in dates and in how often the same was entered. */
export function likeness({ value, data, documents }: InstanceSnapshot): string {
  const alike = (item: JsonValue): JsonValue => {
    if (typeof item === 'string') return /^\d{4}-\d{2}-\d{2}/u.test(item) ? 'date' : item;
    if (typeof item === 'number') return Math.min(item, 5);
    if (item === null || typeof item !== 'object') return item;
    if (Array.isArray(item)) {
      return [...new Set(item.map((one: JsonValue) => JSON.stringify(alike(one))))].sort();
    }
    return Object.fromEntries(Object.entries(item).map(([key, one]) => [key, alike(one)]));
  };
  return JSON.stringify([value, alike(data), Object.keys(documents).sort()]);
}

/** The ways an instance can begin. */
export function beginnings(
  workflow: CompiledWorkflow,
  options: WalkBeginning,
): readonly VirtualInstance[] {
  const { definition } = workflow;
  const { at, timeZone, calendar } = options;
  const byHand = definition.start.by !== undefined;
  const world: VirtualWorld = {
    workflow,
    calendar,
    settings: {},
    instance: {
      id: `${definition.id}-0`,
      partnership: 'partnership-1',
      parent: byHand ? null : 'parent-1',
      timeZone,
    },
    partnership: {
      id: 'partnership-1',
      title: 'Sample partnership',
      lead: 'north',
      organisations: ORGANISATIONS,
    },
  };
  const sample: SampleWorld = { today: at.slice(0, 10), at, organisations: ORGANISATIONS };
  const role = definition.start.by?.[0];
  const by: VirtualPerson = {
    person: 'north-starter',
    organisation: 'north',
    role: role ?? 'coordinator',
  };
  const starts = byHand
    ? sampleForms(workflow.startForm.shown, sample).map((form) => ({ by, with: form }))
    : [{ by, data: startData(workflow, sample) }];
  return starts.flatMap((start) => attempt(() => startVirtual(world, at, start)));
}

/** What another workflow would hand over: all that is required, and the parties. */
function startData({ definition }: CompiledWorkflow, sample: SampleWorld): JsonObject {
  const { data } = definition;
  const names = new Set([...(data.required ?? []), 'parties']);
  const entries = Object.entries(data.properties ?? {}).flatMap(([name, schema]) => {
    const value = names.has(name) ? sampleValue(schema, sample, data.$defs ?? {}) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Everything that could happen next, each in a branch of its own, within the budget of steps. */
export function onward(
  workflow: CompiledWorkflow,
  instance: VirtualInstance,
  budget: { left: number },
): readonly VirtualInstance[] {
  const branch = (act: (one: VirtualInstance) => void): readonly VirtualInstance[] => {
    if (budget.left <= 0) return [];
    budget.left -= 1;
    const fork = instance.fork();
    return attempt(() => {
      act(fork);
      return fork;
    });
  };
  const scope = instance.scope();
  const world: SampleWorld = { today: scope.today, at: scope.at, organisations: ORGANISATIONS };
  const open = new Set(
    optionsAt(workflow, instance.snapshot(), scope).flatMap(({ event, unmet }) =>
      unmet.length > 0 ? [] : [event],
    ),
  );
  const branches: VirtualInstance[] = [];
  for (const { event, meta } of candidatesAt(workflow, instance.snapshot())) {
    if (meta.label !== undefined && open.has(event)) {
      const samples = sampleForms(workflow.forms.get(meta)?.shown ?? { type: 'object' }, world);
      const people = peopleFor(workflow, instance, meta.by ?? []);
      const ways = samples.flatMap((sample) => people.map((person) => ({ person, sample })));
      const kept = new Map<string, VirtualInstance>();
      for (const { person, sample } of ways.slice(0, MOST_TRIED)) {
        for (const one of branch((fork) => fork.send(event, person, sample))) {
          const key = likeness(one.snapshot());
          if (!kept.has(key)) kept.set(key, one);
        }
        if (kept.size >= MOST_KEPT + people.length - 1) break;
      }
      branches.push(...kept.values());
    }
    for (const from of meta.signal ?? []) {
      branches.push(...branch((one) => sendSignal(one, event, from, world, workflow)));
    }
  }
  if (instance.nextMoment() !== undefined) branches.push(...branch(runToNextDeadline));
  return branches;
}

function runToNextDeadline(instance: VirtualInstance): void {
  for (let count = 0; count < 100; count += 1) {
    const next = instance.nextMoment();
    if (!next) return;
    instance.runUntil(next.at);
    if (next.kind === 'deadline') return;
  }
}

/** Somebody for each role and organisation that may act, those whom the data name among them. */
function peopleFor(
  { definition }: CompiledWorkflow,
  instance: VirtualInstance,
  roles: readonly string[],
): readonly VirtualPerson[] {
  const scope = instance.scope();
  const people = new Map<string, VirtualPerson>();
  for (const role of roles) {
    const spec = definition.roles[role];
    if (!spec) continue;
    const named = listOf(spec.person).flatMap((path) => strings(readPath(scope, path)));
    for (const organisation of organisationsOfRole(spec, scope) ?? ORGANISATIONS) {
      const persons = [...named, ...signatoriesOf(scope.data['parties'], organisation)];
      if (persons.length === 0) persons.push(`${organisation}-${role}`);
      for (const person of persons.slice(0, 3)) {
        // One role each is enough to get through.
        if (!people.has(`${organisation} ${person}`)) {
          people.set(`${organisation} ${person}`, { person, organisation, role });
        }
      }
    }
  }
  return [...people.values()].slice(0, 8);
}

function signatoriesOf(parties: JsonValue | undefined, organisation: string): readonly string[] {
  if (!Array.isArray(parties)) return [];
  return (parties as readonly JsonObject[]).flatMap((party) => {
    if (party === null || typeof party !== 'object' || party['organisation'] !== organisation)
      return [];
    const { signing } = party as { signing?: { signatories?: JsonValue } };
    return strings(signing?.signatories);
  });
}

function strings(value: JsonValue | undefined): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is string => typeof one === 'string');
}

/** A signal's fields are those its transition reads; where the data have such a field, as there. */
function sendSignal(
  instance: VirtualInstance,
  event: string,
  from: SignalSource,
  world: SampleWorld,
  { definition }: CompiledWorkflow,
): void {
  const names = new Set(
    Array.from(
      JSON.stringify(definition.machine).matchAll(/\bevent\.([A-Za-z]\w*)/gu),
      ([, name]) => name ?? '',
    ),
  );
  const fields: Record<string, JsonValue> = {};
  for (const name of names) {
    const schema = definition.data.properties?.[name];
    const value = schema ? sampleValue(schema, world, definition.data.$defs ?? {}) : 'Sample';
    if (value !== undefined && !['party', 'from', 'manifest', 'type'].includes(name))
      fields[name] = value;
  }
  const child = instance.snapshot().children.at(-1);
  const origin = {
    instance: child?.instance ?? `${from}-1`,
    workflow: child?.workflow ?? from,
    partnership: 'partnership-1',
  };
  instance.signal(event, from, origin, fields);
}

/** What is refused is no way; anything else that goes wrong is a mistake and comes out. */
function attempt(act: () => VirtualInstance): readonly VirtualInstance[] {
  try {
    return [act()];
  } catch (error) {
    if (isConcordatError(error)) return [];
    throw error;
  }
}
