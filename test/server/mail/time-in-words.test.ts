import { describe, expect, it } from 'vitest';
import {
  dateInWords,
  deadlineInWords,
  instantInWords,
} from '../../../server/mail/time-in-words.ts';

describe('times in mails', () => {
  it.each([
    [
      '2027-03-16T00:00:00.000Z',
      'Europe/London',
      'the end of Monday 15 March 2027 (Greenwich Mean Time)',
    ],
    // British Summer Time begins on 28 March 2027, and ends on 31 October.
    [
      '2027-03-28T00:00:00.000Z',
      'Europe/London',
      'the end of Saturday 27 March 2027 (Greenwich Mean Time)',
    ],
    [
      '2027-03-28T23:00:00.000Z',
      'Europe/London',
      'the end of Sunday 28 March 2027 (British Summer Time)',
    ],
    [
      '2027-10-31T00:00:00.000Z',
      'Europe/London',
      '1am on Sunday 31 October 2027 (British Summer Time)',
    ],
    [
      '2027-01-01T00:00:00.000Z',
      'Europe/London',
      'the end of Thursday 31 December 2026 (Greenwich Mean Time)',
    ],
    [
      '2027-06-30T14:00:00.000Z',
      'Australia/Melbourne',
      'the end of Wednesday 30 June 2027 (Australian Eastern Standard Time)',
    ],
    [
      '2027-03-01T12:00:00.000Z',
      'Europe/London',
      'noon on Monday 1 March 2027 (Greenwich Mean Time)',
    ],
  ])('%s in %s is due by %s', (instant, zone, words) => {
    expect(deadlineInWords(instant, zone)).toBe(words);
  });

  it('are said with their zone', () => {
    expect(instantInWords('2027-07-01T08:30:00.000Z', 'Europe/London')).toBe(
      '9:30am on Thursday 1 July 2027 (British Summer Time)',
    );
    expect(instantInWords('2027-07-01T23:00:00.000Z', 'Europe/London')).toBe(
      'midnight at the start of Friday 2 July 2027 (British Summer Time)',
    );
  });

  it('leave alone what is no date', () => {
    expect(['2027-03-01', '2027-02-30', 'soon'].map(dateInWords)).toEqual([
      'Monday 1 March 2027',
      '2027-02-30',
      'soon',
    ]);
  });
});
