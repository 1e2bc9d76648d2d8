/** A typed number: "12", "1,250.5", "-3". `undefined` for anything else. */
export function parseNumber(typed: string): number | undefined {
  const bare = typed.replace(/[\s\u00a0\u202f]+/g, '').replace(/[\u2212\u2013]/g, '-');
  if (!/^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i.test(bare)) return undefined;
  const value = Number(bare.replaceAll(',', ''));
  return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : undefined;
}
