import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarEntry } from '../../../server/mail/calendar-entry.ts';

const first = {
  uid: 'i-1-review@partners.example.org',
  sequence: 3,
  title: 'First review of Safe at Home',
  on: '2028-03-01',
  at: '2027-03-01T09:00:00.000Z',
  url: 'https://partners.example.org/instances/i-1',
};

const linesOf = (entry: Parameters<typeof calendarEntry>[0]) =>
  String(calendarEntry(entry).content).replaceAll('\r\n ', '').split('\r\n');

describe('a calendar entry', () => {
  it('is an all-day entry for a date, wherever the server runs', () => {
    const zone = process.env['TZ'];
    try {
      for (const TZ of ['UTC', 'Australia/Melbourne', 'America/Los_Angeles']) {
        process.env['TZ'] = TZ;
        expect(linesOf(first)).toEqual(
          expect.arrayContaining([
            'METHOD:PUBLISH',
            'UID:i-1-review@partners.example.org',
            'SEQUENCE:3',
            'DTSTAMP:20270301T090000Z',
            'DTSTART;VALUE=DATE:20280301',
            'SUMMARY:First review of Safe at Home',
            'STATUS:CONFIRMED',
            'URL;VALUE=URI:https://partners.example.org/instances/i-1',
          ]),
        );
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('is an hour in UTC for an instant', () => {
    const lines = linesOf({ ...first, on: '2027-07-01T09:30:00.000Z' });
    expect(lines).toContain('DTSTART:20270701T093000Z');
    expect(lines).toContain('DTEND:20270701T103000Z');
  });

  it('is replaced under the same id by a higher number, and taken out when it is cancelled', () => {
    const moved = linesOf({ ...first, sequence: 7, on: '2028-04-03' });
    expect(moved).toContain('UID:i-1-review@partners.example.org');
    expect(moved).toContain('SEQUENCE:7');
    const out = linesOf({ ...first, sequence: 8, cancelled: true });
    expect(out).toEqual(
      expect.arrayContaining(['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:8']),
    );
    expect(calendarEntry({ ...first, cancelled: true }).mediaType).toContain('method=CANCEL');
  });

  it('cannot be made to say more than its title, whatever was typed', () => {
    const nasty = fc
      .array(
        fc.oneof(
          fc.constantFrom('\r\n', '\n', '\nATTACH:http://x', 'END:VEVENT', ';', ',', '\\', ':'),
          fc.string({ unit: 'grapheme' }),
        ),
      )
      .map((parts) => parts.join(''));
    const names = linesOf({ ...first, description: 'x' }).map((line) => line.split(/[:;]/, 1)[0]);
    fc.assert(
      fc.property(nasty, nasty, (title, description) => {
        const lines = linesOf({ ...first, title, description: `x${description}` });
        expect(
          lines
            .map((line) => line.split(/[:;]/, 1)[0])
            .filter((name) => !name?.startsWith('X-ALT')),
        ).toEqual(names.filter((name) => !name?.startsWith('X-ALT')));
      }),
    );
  });

  it.each(['2027-02-30', '', 'soon', '2027-03-01T09:00'])('refuses the date %j', (on) => {
    expect(() => calendarEntry({ ...first, on })).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});
