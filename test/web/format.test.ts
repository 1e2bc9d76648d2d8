import { describe, expect, test } from 'vitest';
import { errorPage } from '../../web/presenters/error-page.ts';
import { midSentence } from '../../engine/mid-sentence.ts';
import { humanise } from '../../web/presenters/form/humanise.ts';
import {
  dueIn,
  formatDate,
  formatDeadline,
  formatDueDate,
  formatInstant,
  relativeDay,
} from '../../web/presenters/format-date.ts';
import { formatMoney, moneyAsTyped } from '../../web/presenters/format-money.ts';
import { type PageFrame, presentPage } from '../../web/presenters/page.ts';
import { presentPagination } from '../../web/presenters/pagination.ts';
import { presentTaskList } from '../../web/presenters/task-list.ts';

const LONDON = 'Europe/London';

describe('dates in words', () => {
  test('a date, an instant with its zone, midday and midnight', () => {
    expect(formatDate('2027-03-01')).toBe('1 March 2027');
    expect(formatInstant('2027-03-01T10:05:00Z', LONDON)).toBe(
      '1 March 2027 at 10:05am (London time)',
    );
    expect(formatInstant('2027-07-01T11:00:00Z', LONDON)).toBe(
      '1 July 2027 at midday (London time)',
    );
    expect(formatInstant('2027-07-01T13:30:00Z', 'UTC')).toBe('1 July 2027 at 1:30pm (UTC)');
    expect(formatInstant('2027-01-01T13:00:00Z', 'Australia/Melbourne')).toBe(
      '2 January 2027 at midnight (Melbourne time)',
    );
  });

  test('the hour that comes twice is told apart', () => {
    const first = formatInstant('2027-10-31T00:30:00Z', LONDON);
    const second = formatInstant('2027-10-31T01:30:00Z', LONDON);
    expect(first).toBe('31 October 2027 at 1:30am (London time, UTC+1)');
    expect(second).toBe('31 October 2027 at 1:30am (London time, UTC)');
  });

  test('a deadline at midnight is the end of the day before, also in summer', () => {
    expect(formatDeadline('2027-03-16T00:00:00Z', LONDON)).toBe(
      'the end of 15 March 2027 (London time)',
    );
    expect(formatDeadline('2027-06-15T23:00:00Z', LONDON)).toBe(
      'the end of 15 June 2027 (London time)',
    );
    expect(formatDueDate('2027-06-15T23:00:00Z', LONDON)).toBe('15 June 2027');
    expect(formatDeadline('2027-06-15T16:00:00Z', LONDON)).toBe(
      '15 June 2027 at 5pm (London time)',
    );
  });

  test.each([
    ['2027-03-13T09:00:00Z', 'in 2 days', false],
    ['2027-03-14T23:00:00Z', 'in 1 day or so', false],
    ['2027-03-15T12:00:00Z', 'today', false],
    ['2027-03-16T00:00:00Z', '1 day overdue', true],
    ['2027-03-19T08:00:00Z', '4 days overdue', true],
  ])('due at the end of 15 March, seen at %s', (now, text, overdue) => {
    const seen = dueIn('2027-03-16T00:00:00Z', now, LONDON);
    expect(seen).toEqual({ text: text === 'in 1 day or so' ? 'tomorrow' : text, overdue });
  });

  test.each([
    ['2027-06-12T23:00:00Z', 'in 90 days'],
    ['2027-06-13T23:00:00Z', 'in 3 months'],
    ['2028-12-14T23:00:00Z', 'in 21 months'],
    ['2029-05-01T23:00:00Z', 'in 2 years'],
  ])('what is due at %s is far off in words that people use', (dueAt, text) => {
    expect(dueIn(dueAt, '2027-03-14T12:00:00Z', LONDON).text).toBe(text);
  });

  test('a deadline within the day is overdue from its minute on', () => {
    expect(dueIn('2027-03-15T09:00:00Z', '2027-03-15T10:00:00Z', LONDON)).toEqual({
      text: 'overdue since today',
      overdue: true,
    });
  });

  test('days between dates do not slip when the clocks change', () => {
    expect(dueIn('2027-03-29T23:00:00Z', '2027-03-27T23:59:00Z', LONDON).text).toBe('in 2 days');
    expect(relativeDay('2027-03-28', '2027-03-27T12:00:00Z', LONDON)).toBe('tomorrow');
    expect(relativeDay('2027-03-20', '2027-03-27T12:00:00Z', LONDON)).toBe('7 days ago');
  });
});

describe('sums in words', () => {
  test('as read and as typed', () => {
    expect(formatMoney(125_050)).toBe('£1,250.50');
    expect(formatMoney(-5)).toBe('-£0.05');
    expect(formatMoney(1250, 'JPY')).toBe('JP¥1,250');
    expect(moneyAsTyped(125_050)).toBe('1,250.50');
    expect(moneyAsTyped(100_000_000)).toBe('1,000,000');
    expect(moneyAsTyped(-7)).toBe('-0.07');
    expect(moneyAsTyped(Number.MAX_SAFE_INTEGER)).toBe('90,071,992,547,409.91');
  });
});

describe('names from definitions', () => {
  test('read as a person would write them', () => {
    expect(humanise('reviewDate')).toBe('Review date');
    expect(humanise('mental-health')).toBe('Mental health');
    expect(midSentence('Review date')).toBe('review date');
    expect(midSentence('MOU title')).toBe('MOU title');
    expect(midSentence('I have read it')).toBe('I have read it');
  });
});

describe('the frame of a page', () => {
  const frame = { title: 'T', installation: 'N', path: '/partnerships/7' };
  test('shows the menu by role, and none to a stranger', () => {
    const texts = (person?: NonNullable<PageFrame['person']>) =>
      presentPage({ ...frame, ...(person ? { person } : {}) }).navigation.map(({ text }) => text);
    expect(texts()).toEqual([]);
    const member = { name: 'A', administrator: false, coordinates: false, leads: false };
    expect(texts(member)).toEqual(['My work', 'Partnerships', 'Registers']);
    expect(texts({ ...member, leads: true })).toContain('Dates');
    expect(texts({ ...member, coordinates: true })).toContain('Parked tasks');
    expect(texts({ ...member, coordinates: true })).not.toContain('Settings');
    expect(texts({ ...member, administrator: true })).toContain('Settings');
  });

  test('marks the place in the menu', () => {
    const person = { name: 'A', administrator: false, coordinates: false, leads: false };
    const active = presentPage({ ...frame, person }).navigation.filter((item) => item.active);
    expect(active).toEqual([
      { href: '/partnerships', text: 'Partnerships', active: true, current: false },
    ]);
  });
});

describe('lists of pages and tasks', () => {
  test('pagination shows the ends, the neighbours and the gaps', () => {
    const { pages, previous, next } = presentPagination({
      current: 5,
      total: 9,
      href: (n) => `?${n}`,
    });
    expect(pages.map((page) => (page.gap ? '…' : page.number))).toEqual([1, '…', 4, 5, 6, '…', 9]);
    expect([previous, next]).toEqual(['?4', '?6']);
    expect(presentPagination({ current: 1, total: 1, href: String })).toMatchObject({
      previous: '',
      next: '',
    });
  });

  test('a late task is overdue, a finished one never is', () => {
    const clock = { now: '2027-03-20T00:00:00Z', timeZone: LONDON };
    const [late, done] = presentTaskList(
      [
        { id: 'a', title: 'A', state: 'doing', dueAt: '2027-03-16T00:00:00Z' },
        { id: 'b', title: 'B', state: 'done', dueAt: '2027-03-16T00:00:00Z' },
      ],
      clock,
    );
    expect(late?.status.text).toBe('Overdue');
    expect(late?.facts).toEqual([{ text: 'Was due 15 March 2027, 5 days overdue', urgent: true }]);
    expect(done?.status.text).toBe('Completed');
    expect(done?.facts).toEqual([]);
  });
});

describe('error pages', () => {
  test.each([400, 401, 403, 404, 409, 413, 418, 429, 500, 502, 503])(
    '%d says in plain words what to do',
    (status) => {
      const page = errorPage(status);
      expect(page.paragraphs.length).toBeGreaterThan(0);
      expect(`${page.title} ${page.paragraphs.join(' ')}`).not.toMatch(
        /\b(?:HTTP|null|undefined|exception|forbidden)\b/i,
      );
    },
  );

  test('the exact sentence replaces the general one', () => {
    expect(errorPage(404, { said: 'There is no such draft.' }).paragraphs[0]).toBe(
      'There is no such draft.',
    );
    expect(errorPage(500, { reference: 'k3' }).paragraphs.at(-1)).toContain('k3');
  });
});
