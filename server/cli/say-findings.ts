import type { Verification } from '../use-cases/verify-store.ts';
import type { Output } from './command.ts';

/** Says what verifying a store has found, a line each. */
export function sayFindings(output: Output, findings: Verification['findings']): void {
  for (const { instance, seq, what } of findings) {
    output.say(`FOUND: ${instance}${seq === null ? '' : `, commit ${seq}`}: ${what}`);
  }
}
