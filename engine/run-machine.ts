import { ConcordatError, isConcordatError } from './errors.ts';
import type { StepFacts } from './compile.ts';
import type { MachineOutcome } from './step-result.ts';

/** Runs XState and turns whatever goes wrong inside it into our own errors. */
export function runMachine(
  facts: StepFacts,
  run: () => readonly [unknown, readonly unknown[]],
): MachineOutcome {
  const [next, actions] = runSafely(run);
  const machine = next as MachineOutcome['machine'];
  const [failure] = facts.failures;
  const error = failure ?? (machine.status === 'error' ? machine.error : undefined);
  if (error !== undefined) throw asOurs(error);
  return { machine, actions: actions as MachineOutcome['actions'] };
}

/** As `runMachine`, for a question that changes nothing. */
export function runSafely<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asOurs(error);
  }
}

function asOurs(error: unknown): ConcordatError {
  if (isConcordatError(error)) return error;
  const loops = String(error).includes('Infinite loop');
  return new ConcordatError(
    loops ? 'evaluation-too-long' : 'definition-refused',
    `the workflow could not be run: ${String(error)}`,
    {
      cause: error,
      userMessage:
        'This workflow has a mistake in it, so this could not be done. Nothing was changed. Tell your coordinator.',
    },
  );
}
