import { pointerTo, type Report } from './finding.ts';

/** How large a definition may be. Everything after this check works on something small. */
const DEFINITION_LIMITS = {
  bytes: 512 * 1024,
  depth: 40,
  states: 300,
  transitions: 2_000,
} as const;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype', 'xstate$$type']);

interface Visit {
  readonly value: unknown;
  readonly pointer: string;
  readonly depth: number;
}

/**
 * Checks, without recursion, that a value is JSON of bounded size and depth and has no name that
 * JavaScript or XState would take for its own. Answers false when nothing more should be looked at.
 */
export function withinBounds(definition: unknown, report: Report): boolean {
  let bytes = 0;
  let sound = true;
  const open: Visit[] = [{ value: definition, pointer: '', depth: 0 }];
  while (open.length > 0) {
    const { value, pointer, depth } = open.pop() as Visit;
    bytes += sizeOf(value);
    if (bytes > DEFINITION_LIMITS.bytes) {
      report(
        '',
        'too-large',
        'The definition is larger than 512 kB.',
        'Split it into workflows that start each other.',
      );
      return false;
    }
    if (depth > DEFINITION_LIMITS.depth) {
      report(
        pointer,
        'too-deep',
        'This is nested more than 40 levels deep.',
        'Flatten the states or the schema.',
      );
      return false;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [name, child] of Object.entries(value)) {
        bytes += name.length + 4;
        const at = pointerTo(pointer, name);
        if (FORBIDDEN.has(name)) {
          report(at, 'reserved-name', `The name "${name}" is not free.`, 'Choose another name.');
          sound = false;
        } else {
          open.push({ value: child, pointer: at, depth: depth + 1 });
        }
      }
    } else if (!isScalar(value)) {
      report(
        pointer,
        'not-json',
        `JSON cannot hold this ${typeof value}.`,
        'Write text, a number, true, false, null, a list or an object.',
      );
      sound = false;
    }
  }
  return sound && countsWithinBounds(definition, report);
}

function sizeOf(value: unknown): number {
  // Characters beyond ASCII take up to three bytes; that is close enough for a limit.
  return typeof value === 'string' ? value.length * (isAscii(value) ? 1 : 3) + 3 : 6;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/u.test(text);
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return value.isWellFormed();
  return typeof value === 'boolean' || value === null;
}

function countsWithinBounds(definition: unknown, report: Report): boolean {
  let states = 0;
  let transitions = 0;
  const open: unknown[] = [entry(definition, 'machine')];
  while (open.length > 0) {
    const node = open.pop();
    states += 1;
    for (const key of ['on', 'after']) {
      const handlers = entry(node, key);
      if (isObject(handlers)) for (const one of Object.values(handlers)) transitions += length(one);
    }
    for (const key of ['always', 'onDone']) transitions += length(entry(node, key));
    const inside = entry(node, 'states');
    if (isObject(inside)) open.push(...Object.values(inside));
  }
  // The machine itself is no state of its own.
  if (states - 1 > DEFINITION_LIMITS.states) {
    report(
      '/machine',
      'too-many-states',
      `There are ${states - 1} states; 300 are the most.`,
      'Split it into workflows that start each other.',
    );
    return false;
  }
  if (transitions > DEFINITION_LIMITS.transitions) {
    report(
      '/machine',
      'too-many-transitions',
      `There are ${transitions} transitions; 2,000 are the most.`,
      'Split it into workflows that start each other.',
    );
    return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entry(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function length(value: unknown): number {
  if (value === undefined) return 0;
  return Array.isArray(value) ? value.length : 1;
}
