import { ConcordatError } from '../../../engine/errors.ts';
import type { FormFields } from '../../../web/presenters/form/form-fields.ts';

/** Far above any form of ours, far below what would cost the server anything. */
const MOST_FIELDS = 2000;
const LONGEST_NAME = 200;
const LONGEST_TEXT = 200_000;
const DEEPEST = 8;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What was posted (urlencoded, `extended: false`) as typed fields under canonical names: `a[b]`,
 * `a.b` and `a[0]`, `a.0` are each one name. Throws `bad-request` for a name that is none and
 * `too-large` for more than a form can hold.
 */
export function formFields(posted: unknown): FormFields {
  const fields = new Map<string, readonly string[]>();
  if (typeof posted !== 'object' || posted === null) return fields;
  for (const [name, value] of Object.entries(posted)) {
    for (const text of Array.isArray(value) ? (value as unknown[]) : [value]) {
      addField(fields, name, String(text));
    }
  }
  return fields;
}

/** Puts one posted value beside those already read, within the bounds. */
export function addField(
  fields: Map<string, readonly string[]>,
  posted: string,
  text: string,
): void {
  const name = canonicalName(posted);
  const before = fields.get(name) ?? [];
  if (fields.size >= MOST_FIELDS || before.length >= MOST_FIELDS) {
    throw tooLarge(`more than ${MOST_FIELDS} fields were posted`);
  }
  if (text.length > LONGEST_TEXT)
    throw tooLarge(`the field ${name} holds ${text.length} characters`);
  fields.set(name, [...before, text]);
}

/** `a[b][0].c` → `a.b[0].c`. Throws `bad-request` for what no page of ours sends. */
export function canonicalName(posted: string): string {
  const steps = posted.length > LONGEST_NAME ? null : posted.match(/[^.[\]]+/g);
  if (
    steps === null ||
    steps.length > DEEPEST * 2 ||
    steps.some((step) => FORBIDDEN.has(step) || step.includes('#')) ||
    !/^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\])*$/.test(posted)
  ) {
    throw new ConcordatError('bad-request', `refused the field name ${posted.slice(0, 80)}`, {
      userMessage:
        'The form could not be read. Go back, load the page again and send it once more.',
    });
  }
  return steps.reduce(
    (name, step, index) =>
      index === 0 ? step : /^\d{1,6}$/.test(step) ? `${name}[${Number(step)}]` : `${name}.${step}`,
    '',
  );
}

export function tooLarge(message: string): ConcordatError {
  return new ConcordatError('too-large', message, {
    userMessage:
      'What you sent is too large to be read at once. Shorten the longest answers, or put them in a file and upload it.',
  });
}
