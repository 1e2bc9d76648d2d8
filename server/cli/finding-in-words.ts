import type { Finding } from '../use-cases/verify-store.ts';

/** Where something was found, and what. */
export function findingInWords({ instance, seq, what }: Finding): string {
  if (instance === null) return what;
  return `${instance}${seq === null ? '' : `, commit ${seq}`}: ${what}`;
}
