import { ConcordatError, isConcordatError } from './errors.ts';

/**
 * How much the expressions of one question may cost. A unit is about one entry of a list looked at, a
 * microsecond or two: a step waits for a person who has sent something, a page must open at once.
 */
export const EVALUATION_UNITS = { step: 250_000, page: 50_000 } as const;

/** What several parts of one answer draw on together, with waiting for a store in between. */
export interface Budget {
  /** Works out a part; nothing in it waits. A part inside another draws on the other's budget. */
  within<T>(part: () => T): T;
}

/** The budget of the part being worked out; null between parts. */
let current: { left: number } | null = null;

/** A budget for one question, however many expressions it is answered with. */
export function createBudget(units: number): Budget {
  const own = { left: units };
  return {
    within(part) {
      if (current !== null) return part();
      current = own;
      try {
        return part();
      } finally {
        current = null;
      }
    },
  };
}

/** Answers one question within a budget; a question inside it draws on the same. */
export function withinBudget<T>(units: number, answer: () => T): T {
  return createBudget(units).within(answer);
}

/**
 * As `withinBudget`, for one record among many in a list: what takes too long is answered by
 * `otherwise`, so that it keeps nobody from the others.
 */
export function withinBudgetOr<T>(units: number, otherwise: T, answer: () => T): T {
  try {
    return withinBudget(units, answer);
  } catch (error) {
    if (isConcordatError(error) && error.code === 'evaluation-too-long') return otherwise;
    throw error;
  }
}

/** Draws on the budget. Throws `evaluation-too-long` once it is used up, and from then on always. */
export function spend(units: number): void {
  if (current === null) return;
  current.left -= units;
  if (current.left < 0) throw tooLong();
}

function tooLong(): ConcordatError {
  return new ConcordatError('evaluation-too-long', 'the expressions cost more than they may', {
    userMessage:
      'A rule of this workflow takes too long to work out, so this could not be done. Nothing was changed. Tell your coordinator.',
  });
}
