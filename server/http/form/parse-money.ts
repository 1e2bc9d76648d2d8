import { currencySign, minorDigits } from '../../../web/presenters/format-money.ts';

/**
 * A typed sum in pence, without a float on the way: "1,250", "£1,250.50", "1250.5". `undefined` for
 * anything else, also for "12,50", which elsewhere means twelve and a half.
 */
export function parseMoney(typed: string, currency: string): number | undefined {
  const digits = minorDigits(currency);
  const bare = typed.replace(/[\s\u00a0\u202f]+/g, '').replace(/[\u2212\u2013]/g, '-');
  const unsigned = bare.startsWith('-') ? bare.slice(1) : bare;
  const sign = currencySign(currency);
  const sum = unsigned.startsWith(sign) ? unsigned.slice(sign.length) : unsigned;
  const parts = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/.exec(sum);
  if (!parts || (parts[2] ?? '').length > digits) return undefined;
  const whole = (parts[1] ?? '').replaceAll(',', '');
  const pence = Number(`${whole}${(parts[2] ?? '').padEnd(digits, '0')}`);
  if (!Number.isSafeInteger(pence)) return undefined;
  return bare.startsWith('-') && pence !== 0 ? -pence : pence;
}
