import type { Scope } from './scope.ts';
import type { Unmet } from './unmet.ts';

/** One criterion of a gate, ready to be asked. */
export interface CompiledCriterion {
  readonly readsEvent: boolean;
  readonly readsParty: boolean;
  readonly unmet: (scope: Scope) => Unmet | undefined;
}
