/** A sum as it is read: 125050 pence → "£1,250.50". */
export function formatMoney(pence: number, currency = 'GBP'): string {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(
    pence / 10 ** minorDigits(currency),
  );
}

/** A sum as it is typed: 125050 pence → "1,250.50", 125000 → "1,250". Exact for every safe integer. */
export function moneyAsTyped(pence: number, currency = 'GBP'): string {
  const digits = minorDigits(currency);
  const all = String(Math.abs(pence)).padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
  const part = all.slice(all.length - digits);
  return `${pence < 0 ? '-' : ''}${whole}${digits === 0 || /^0*$/.test(part) ? '' : `.${part}`}`;
}

/** "£" for GBP, "€" for EUR; the code where there is no sign. */
export function currencySign(currency: string): string {
  const part = new Intl.NumberFormat('en-GB', { style: 'currency', currency })
    .formatToParts(0)
    .find(({ type }) => type === 'currency');
  return part?.value ?? currency;
}

/** "British pounds" for GBP. */
export function currencyName(currency: string): string {
  const part = new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    currencyDisplay: 'name',
  })
    .formatToParts(2)
    .find(({ type }) => type === 'currency');
  return part?.value ?? currency;
}

/** How many digits stand after the point: 2 for GBP, 0 for JPY. */
export function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en-GB', { style: 'currency', currency }).resolvedOptions()
      .maximumFractionDigits ?? 2
  );
}
