import { Temporal } from 'temporal-polyfill';

const FIRST_MS = 2_000;
const LONGEST_MS = 3_600_000;

/** When a task that has failed `tries` times is tried again: 2 s, 4 s, 8 s … at most an hour. */
export function retryAt(now: string, tries: number): string {
  const wait = Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
  return Temporal.Instant.from(now)
    .add({ milliseconds: wait })
    .toString({ fractionalSecondDigits: 3 });
}
