import { ConcordatError } from '../engine/errors.ts';

/** Where the server's time comes from; the engine only ever gets it as an argument. */
export interface Clock {
  /** The instant as UTC ISO 8601 with milliseconds; never earlier than one given before. */
  now(): string;
}

/** A clock that stands still until it is told to move: for the demo, simulations and tests. */
export interface VirtualClock extends Clock {
  /** Moves to a later instant (ISO 8601). Throws `bad-request` for an earlier one. */
  advanceTo(instant: string): void;
}

/** The machine's clock. When that is set back, time stands still here until it has caught up. */
export function systemClock(read: () => number = Date.now): Clock {
  let latest = Number.NEGATIVE_INFINITY;
  return {
    now() {
      latest = Math.max(latest, read());
      return new Date(latest).toISOString();
    },
  };
}

export function virtualClock(start: string): VirtualClock {
  let current = readInstant(start);
  return {
    now: () => new Date(current).toISOString(),
    advanceTo(instant) {
      const next = readInstant(instant);
      if (next < current) {
        throw new ConcordatError(
          'bad-request',
          `the clock cannot go back from ${new Date(current).toISOString()} to ${instant}`,
        );
      }
      current = next;
    },
  };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function readInstant(text: string): number {
  const instant = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new ConcordatError(
      'bad-request',
      `${JSON.stringify(text)} is not an instant such as 2027-03-01T09:00:00.000Z`,
    );
  }
  return instant;
}
