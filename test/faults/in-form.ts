/**
 * How much a fault test does: little in the usual `npm test`, all of it in `npm run test:faults`
 * (`FAULTS=long`).
 */
export function inForm<T>(much: { readonly short: T; readonly long: T }): T {
  return process.env['FAULTS'] === 'long' ? much.long : much.short;
}

/**
 * Whether there is time for more trouble: on a slow machine FAULTS_MINUTES ends it early,
 * and the line of figures says how much there was.
 */
export function timeForMore(): () => boolean {
  const minutes = Number(process.env['FAULTS_MINUTES'] || Number.POSITIVE_INFINITY);
  const until = performance.now() + minutes * 60_000;
  return () => performance.now() < until;
}
