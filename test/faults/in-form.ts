/**
 * How much a fault test does: little in the usual `npm test`, all of it in `npm run test:faults`
 * (`CONCORDAT_FAULTS=long`).
 */
export function inForm<T>(much: { readonly short: T; readonly long: T }): T {
  return process.env['CONCORDAT_FAULTS'] === 'long' ? much.long : much.short;
}
