import { ConcordatError } from './errors.ts';

/** Deepest nesting and most values of one event; a form never comes near. */
const MAX_DEPTH = 20;
const MAX_VALUES = 10_000;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', 'xstate$$type']);

/**
 * Refuses (`data-refused`) what must not reach XState or the chain: names that reach into JavaScript
 * objects, what XState takes for an actor, and values too deep or too many.
 */
export function checkPlainData(value: unknown): void {
  let left = MAX_VALUES;
  const visit = (item: unknown, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) refuse('it is too large');
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return;
    if (typeof item === 'number') {
      if (!Number.isFinite(item)) refuse('it contains a number that is none');
      return;
    }
    if (typeof item !== 'object') refuse(`it contains a ${typeof item}`);
    if (Array.isArray(item)) {
      for (const each of item) visit(each, depth + 1);
      return;
    }
    if ('sessionId' in item && 'send' in item) refuse('it contains a name that is not allowed');
    for (const [key, each] of Object.entries(item)) {
      if (FORBIDDEN_KEYS.has(key)) refuse(`it contains the name "${key}"`);
      if (each !== undefined) visit(each, depth + 1);
    }
  };
  visit(value, 0);
}

/** Refuses event names that only the engine or XState may use. */
export function checkEventName(type: string): void {
  if (!/^[A-Z][A-Z0-9_]{0,63}$/u.test(type)) {
    throw new ConcordatError(
      'event-unknown',
      `the event name "${type.slice(0, 80)}" is not allowed`,
      {
        userMessage: 'This is not something that can be done here.',
      },
    );
  }
}

function refuse(why: string): never {
  throw new ConcordatError('data-refused', `data refused: ${why}`, {
    userMessage: `This cannot be taken: ${why}.`,
  });
}
