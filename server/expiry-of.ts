import { Temporal } from 'temporal-polyfill';

/** When a link made at this instant ends; counted in the calendar, in UTC. */
export function expiryOf(at: string, duration: string): string {
  return Temporal.Instant.from(at)
    .toZonedDateTimeISO('UTC')
    .add(duration)
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });
}
