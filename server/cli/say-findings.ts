import type { Finding } from '../use-cases/verify-store.ts';
import type { Output } from './command.ts';

/** Says what verifying a store has found, a line each. */
export function sayFindings(output: Output, findings: readonly Finding[]): void {
  for (const finding of findings) output.say(`FOUND: ${inWords(finding)}`);
}

function inWords({ instance, seq, what }: Finding): string {
  if (instance === null) return what;
  return `${instance}${seq === null ? '' : `, commit ${seq}`}: ${what}`;
}
