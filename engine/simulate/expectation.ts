import { activeNodes } from '../active-nodes.ts';
import type { CompiledWorkflow } from '../compile.ts';
import { lastDayOf } from '../deadline.ts';
import type { StateMeta } from '../definition.ts';
import type { JsonValue } from '../json-value.ts';
import { placeOf } from '../place.ts';
import type { Expectation, ExpectedMail } from './scenario.ts';
import type { Happening } from './happening.ts';
import type { VirtualInstance } from './virtual-instance.ts';

/** What is not as expected after a step, each in a sentence; `since` are the happenings of the step. */
export function unmetExpectations(
  expected: Expectation,
  workflow: CompiledWorkflow,
  instance: VirtualInstance,
  since: readonly Happening[],
): readonly string[] {
  const snapshot = instance.snapshot();
  return [
    ...stateFailures(expected, workflow, instance),
    ...(expected.status === undefined || expected.status === snapshot.status
      ? []
      : [`expected status "${expected.status}", but it is "${snapshot.status}"`]),
    ...among('mail', expected.mails, mailsOf(since), sameMail, mailText),
    ...among(
      'document',
      expected.documents,
      ofKind(since, 'document').map(({ name }) => name),
    ),
    ...among(
      'started workflow',
      expected.started,
      ofKind(since, 'start').map(({ workflow: id }) => id),
    ),
    ...among(
      'signal',
      expected.signals,
      ofKind(since, 'signal').map(({ event }) => event),
    ),
    ...dataFailures(expected.data ?? {}, snapshot.data, 'data'),
    ...dueFailures(expected.due ?? {}, instance),
    ...waitingFailures(expected, workflow, instance),
  ];
}

/** Those of one kind among what happened. */
export function ofKind<K extends Happening['kind']>(
  happenings: readonly Happening[],
  kind: K,
): readonly Extract<Happening, { kind: K }>[] {
  return happenings.filter((one): one is Extract<Happening, { kind: K }> => one.kind === kind);
}

function stateFailures(
  { state }: Expectation,
  workflow: CompiledWorkflow,
  instance: VirtualInstance,
): readonly string[] {
  if (state === undefined) return [];
  const nodes = activeNodes(workflow, instance.snapshot());
  const names = nodes.flatMap((node) => [
    node.path.join('.'),
    (node.config.meta as StateMeta | undefined)?.title ?? '',
  ]);
  if (names.includes(state)) return [];
  const { states, title } = placeOf(workflow, instance.snapshot(), instance.scope());
  return [`expected the state "${state}", but it is "${states.join(', ')}" (${title})`];
}

function mailsOf(since: readonly Happening[]): readonly ExpectedMail[] {
  return ofKind(since, 'mail').map(({ template, to, of }) => ({
    template,
    to,
    ...(of === null ? {} : { of }),
  }));
}

function sameMail(expected: ExpectedMail, mail: ExpectedMail): boolean {
  return (
    expected.template === mail.template &&
    (expected.to?.every((role) => mail.to?.includes(role) === true) ?? true) &&
    (expected.of === undefined || expected.of === mail.of)
  );
}

function mailText({ template, to, of }: ExpectedMail): string {
  return `${template}${to ? ` to ${to.join(', ')}` : ''}${of === undefined ? '' : ` of ${of}`}`;
}

/** Each expected one is found, no two in the same; an expected empty list means none at all. */
function among<T>(
  what: string,
  expected: readonly T[] | undefined,
  happened: readonly T[],
  same: (expected: T, happened: T) => boolean = (a, b) => a === b,
  show: (one: T) => string = String,
): readonly string[] {
  if (expected === undefined) return [];
  const came = happened.length === 0 ? 'none came' : `what came: ${happened.map(show).join('; ')}`;
  if (expected.length === 0) {
    return happened.length === 0 ? [] : [`expected no ${what}, but ${came}`];
  }
  const left = [...happened];
  return expected.flatMap((one) => {
    const index = left.findIndex((candidate) => same(one, candidate));
    if (index < 0) return [`expected the ${what} "${show(one)}", but ${came}`];
    left.splice(index, 1);
    return [];
  });
}

function dataFailures(
  expected: JsonValue,
  found: JsonValue | undefined,
  path: string,
): readonly string[] {
  if (isObject(expected) && isObject(found)) {
    return Object.entries(expected).flatMap(([name, value]) =>
      dataFailures(value, Object.hasOwn(found, name) ? found[name] : undefined, `${path}.${name}`),
    );
  }
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return expected.flatMap((value: JsonValue, index) =>
      dataFailures(value, found[index] as JsonValue, `${path}[${index}]`),
    );
  }
  if (expected === null && found === undefined) return [];
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  return [
    `expected ${path} to be ${JSON.stringify(expected)}, but it is ${JSON.stringify(found) ?? 'not there'}`,
  ];
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dueFailures(
  expected: NonNullable<Expectation['due']>,
  instance: VirtualInstance,
): readonly string[] {
  const { timeZone } = instance.scope().instance;
  return Object.entries(expected).flatMap(([deadline, day]) => {
    const days = instance
      .timers()
      .filter((timer) => timer.deadline === deadline)
      .map(({ dueAt }) => (dueAt === null ? null : lastDayOf(dueAt, timeZone)));
    if (days.includes(day) || (day === null && days.length === 0)) return [];
    const shown = days.length === 0 ? 'does not run' : `ends on ${days.join(', ')}`;
    return [`expected the deadline "${deadline}" to end on ${day}, but it ${shown}`];
  });
}

function waitingFailures(
  { waitingFor }: Expectation,
  workflow: CompiledWorkflow,
  instance: VirtualInstance,
): readonly string[] {
  if (waitingFor === undefined) return [];
  const place = placeOf(workflow, instance.snapshot(), instance.scope());
  const open = new Set(
    place.waitingFor.flatMap(({ items }) =>
      (items ?? []).flatMap(({ organisation }) => organisation ?? []),
    ),
  );
  const same = open.size === waitingFor.length && waitingFor.every((id) => open.has(id));
  if (same) return [];
  return [
    `expected to wait for "${waitingFor.join(', ')}", but it waits for "${[...open].join(', ')}"`,
  ];
}
