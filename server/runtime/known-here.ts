import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { Catalogue, Finding } from '../../engine/lint.ts';
import type { PublishedDefinition } from '../store/definition-store.ts';

/**
 * Whether this server can run a definition that a newer one has published; `workflows` are the ids
 * that are published and known here besides its own.
 */
export type KnowsDefinition = (
  definition: PublishedDefinition,
  workflows: Iterable<string>,
) => Promise<boolean>;

/** What lint says of words that this version does not have. A rule that is only stricter is no hindrance. */
const UNKNOWN_WORDS: ReadonlySet<Finding['rule']> = new Set([
  'unknown-action',
  'unknown-function',
  'unknown-guard',
  'unknown-keyword',
  'unknown-membership-role',
  'unknown-state-type',
  'unknown-template',
  'unknown-workflow',
]);

/**
 * Looks whether every word of a definition is known here. XState passes over actions that it does not
 * know, and a template that is not there shows only when its mail is due: neither may happen.
 */
export function createKnowsDefinition(
  catalogue: () => Catalogue,
  passed: ReadonlySet<string>,
): KnowsDefinition {
  return async ({ text, hash }, published) => {
    if (passed.has(hash)) return true;
    const { lintDefinition } = await import('../../engine/lint.ts');
    const own = catalogue();
    const workflows = new Set([...own.workflows, ...published]);
    const definition = JSON.parse(text) as WorkflowDefinition;
    const findings = lintDefinition(definition, { ...own, workflows });
    return !findings.some(({ rule }) => UNKNOWN_WORDS.has(rule)) && compiles(definition, hash);
  };
}

/** Other servers know it: what is asked for can be had in a moment, or there. */
export function notKnownHere(what: string): ConcordatError {
  return new ConcordatError('not-known-here', `${what} is not known to this version`, {
    userMessage:
      'This record was changed by a newer version of Concordat, which is just being installed here. Nothing is lost. Wait a minute, then open the page again. If it still says this after an hour, ask whoever looks after this installation to bring every server to the newer version.',
  });
}

function compiles(definition: WorkflowDefinition, hash: string): boolean {
  try {
    compileWorkflow(definition, hash);
    return true;
  } catch {
    return false;
  }
}
