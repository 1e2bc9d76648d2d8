import { expect, test } from 'vitest';
import { validator } from '../../engine/validate.ts';

test('a date so far away that nobody would ever be reminded of it is refused, also by the API', () => {
  const check = validator({ type: 'string', format: 'date' });
  for (const date of ['1900-01-01', '2028-02-29', '2199-12-31']) expect(check(date)).toEqual([]);
  for (const date of ['2207-01-01', '9999-01-01', '0027-01-01', '1899-12-31', '2027-02-29']) {
    expect(check(date)[0]?.keyword, date).toBe('format');
  }
});
