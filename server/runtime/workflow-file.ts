import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import { parseJsonText, withoutMark } from '../parse-json-text.ts';
import { sha256 } from '../sha256.ts';

/** A workflow file as it was read; `text` keeps the order of its keys, which XState minds. */
export interface WorkflowFile {
  readonly file: string;
  readonly text: string;
  readonly definition: WorkflowDefinition;
  readonly hash: string;
}

/** Reads `<folder>/*.json` (schema and scenarios excepted); throws `definition-refused`. */
export async function readWorkflowFiles(folder: string): Promise<readonly WorkflowFile[]> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  const names = entries.filter(
    (name) =>
      name.endsWith('.json') && !name.endsWith('.schema.json') && !name.endsWith('.scenarios.json'),
  );
  return Promise.all(names.sort().map((name) => readWorkflowFile(join(folder, name))));
}

/** Reads one workflow file; throws `definition-refused` when it cannot be read or is no JSON. */
async function readWorkflowFile(file: string): Promise<WorkflowFile> {
  const read = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const text = withoutMark(read);
  try {
    const definition = (await parseJsonText(text)) as WorkflowDefinition;
    return { file, text, definition, hash: sha256(canonicalJson(definition)) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConcordatError('definition-refused', `${file} is not JSON: ${why}`, {
      userMessage: `The workflow file ${file} is not JSON. ${why} Mend it there and start again.`,
      cause,
    });
  }
}

function unreadable(path: string, cause: unknown): ConcordatError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ConcordatError('definition-refused', `${path} cannot be read: ${why}`, {
    userMessage: `The workflows in ${path} cannot be read (${why}). Check that it is there and that this program may read it.`,
    cause,
  });
}
