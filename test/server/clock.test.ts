import { describe, expect, it } from 'vitest';
import { systemClock, virtualClock } from '../../server/clock.ts';

describe('the system clock', () => {
  it('gives UTC instants with milliseconds', () => {
    expect(systemClock().now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(systemClock().now()) - Date.now())).toBeLessThan(5000);
  });

  it('never goes backwards, also when the machine is set back', () => {
    const readings = [1000, 2000, 500, 1999, 2001];
    const clock = systemClock(() => readings.shift() ?? 0);
    expect(Array.from({ length: 5 }, () => Date.parse(clock.now()))).toEqual([
      1000, 2000, 2000, 2000, 2001,
    ]);
  });
});

describe('the virtual clock', () => {
  it('stands still until it is moved, and only moves on', () => {
    const clock = virtualClock('2027-03-28T00:30:00Z');
    expect(clock.now()).toBe('2027-03-28T00:30:00.000Z');
    expect(clock.now()).toBe('2027-03-28T00:30:00.000Z');
    clock.advanceTo('2027-03-28T02:30:00+01:00');
    expect(clock.now()).toBe('2027-03-28T01:30:00.000Z');
    expect(() => clock.advanceTo('2027-03-28T01:29:59Z')).toThrow('cannot go back');
    expect(clock.now()).toBe('2027-03-28T01:30:00.000Z');
  });

  it.each(['2027-03-28', 'tomorrow', '2027-13-01T00:00:00Z', ''])('refuses %s', (text) => {
    expect(() => virtualClock(text)).toThrow('is not an instant');
  });
});
