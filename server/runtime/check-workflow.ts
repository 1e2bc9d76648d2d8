import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import type { Catalogue, Finding } from '../../engine/lint.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** Beside the workflows: the hashes of those that lint has passed and the tests watch. */
export const CHECKED_LIST = 'CHECKED';

/** Refuses (`definition-refused`) a workflow that must not be published. */
export type WorkflowCheck = (file: WorkflowFile) => Promise<void>;

/** As many findings as one reads before mending the first. */
const MOST_TOLD = 10;

/**
 * Checks a workflow before its version is published, and then never again. What we ship was checked
 * when it was built; linting it once more would make the first start several times as long.
 */
export function createWorkflowCheck(
  catalogue: () => Catalogue,
  passed: ReadonlySet<string>,
): WorkflowCheck {
  return async ({ file, definition, hash }) => {
    if (passed.has(hash)) return;
    // Only here, since a start that has nothing to check has no use for it.
    const { lintDefinition } = await import('../../engine/lint.ts');
    const findings = lintDefinition(definition, catalogue());
    const [first] = findings;
    if (!first) return;
    const which = `${first.pointer}: ${first.message} (1 of ${findings.length})`;
    throw new ConcordatError('definition-refused', `${file}: ${which}`, {
      userMessage: inWords(file, findings),
      details: { file, findings },
    });
  };
}

/** The hashes in a workflow folder's list; none where there is no list. */
export async function readCheckedList(folder: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(folder, CHECKED_LIST), 'utf8').catch(() => '');
  return new Set(text.match(/^[0-9a-f]{64}/gmu) ?? []);
}

function inWords(file: string, findings: readonly Finding[]): string {
  const told = findings.slice(0, MOST_TOLD).map(({ pointer, message, mend }) => {
    return `\n  ${pointer === '' ? '(the whole file)' : pointer}: ${message} ${mend}`;
  });
  const rest = findings.length - told.length;
  return [
    `The workflow file ${file} cannot be used until this is mended:`,
    ...told,
    ...(rest > 0 ? [`\n  and ${rest} more`] : []),
    `\nTo check it again: npx concordat lint ${file}`,
  ].join('');
}
