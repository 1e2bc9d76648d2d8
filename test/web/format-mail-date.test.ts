import { describe, expect, it } from 'vitest';
import { formatMailDate } from '../../web/presenters/format-date.ts';

describe('a date in a mail', () => {
  it.each([
    // British Summer Time begins on 28 March 2027, and ends on 31 October.
    [
      '2027-03-28T00:00:00.000Z',
      'Europe/London',
      'the end of Saturday 27 March 2027 (London time)',
    ],
    ['2027-03-28T23:00:00.000Z', 'Europe/London', 'the end of Sunday 28 March 2027 (London time)'],
    ['2027-10-31T00:00:00.000Z', 'Europe/London', '1am on Sunday 31 October 2027 (London time)'],
    [
      '2027-01-01T00:00:00.000Z',
      'Europe/London',
      'the end of Thursday 31 December 2026 (London time)',
    ],
    [
      '2027-06-30T14:00:00.000Z',
      'Australia/Melbourne',
      'the end of Wednesday 30 June 2027 (Melbourne time)',
    ],
    ['2027-03-01', 'Europe/London', 'Monday 1 March 2027'],
  ])('%s in %s reads "%s"', (value, timeZone, words) => {
    expect(formatMailDate(value, timeZone)).toBe(words);
  });

  it.each(['2027-02-31', 'by Easter', ''])('leaves "%s" as it stands', (value) => {
    expect(formatMailDate(value, 'Europe/London')).toBe(value);
  });
});
