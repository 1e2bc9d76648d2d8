import { ConcordatError } from './errors.ts';

/**
 * How much the expressions of one question may cost. A unit is about one entry of a list looked at, a
 * microsecond or two: a step waits for a person who has sent something, a page must open at once.
 */
export const EVALUATION_UNITS = { step: 250_000, page: 50_000 } as const;

/** What is left for the question being answered; null between questions. Nothing here waits. */
let left: number | null = null;

/** Answers one question within a budget; a question inside it draws on the same. */
export function withinBudget<T>(units: number, answer: () => T): T {
  if (left !== null) return answer();
  left = units;
  try {
    return answer();
  } finally {
    left = null;
  }
}

/** Draws on the budget. Throws `evaluation-too-long` once it is used up, and from then on always. */
export function spend(units: number): void {
  if (left === null) return;
  left -= units;
  if (left < 0) throw tooLong();
}

function tooLong(): ConcordatError {
  return new ConcordatError('evaluation-too-long', 'the expressions cost more than they may', {
    userMessage:
      'A rule of this workflow takes too long to work out, so this could not be done. Nothing was changed. Tell your coordinator.',
  });
}
