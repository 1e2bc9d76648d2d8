import { readFile } from 'node:fs/promises';
import { ConcordatError } from '../../engine/errors.ts';
import { parseJsonText } from '../parse-json-text.ts';

/** Reads a file that somebody named on the command line. Throws `not-found`, or `definition-refused` when it is no JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why = code === 'ENOENT' ? 'There is no such file' : `It cannot be read (${String(code)})`;
    throw new ConcordatError('not-found', `${file}: ${why}`, {
      userMessage: `${file}: ${why}. Check the name and the folder you are in.`,
      cause,
    });
  }
  try {
    return await parseJsonText(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConcordatError('definition-refused', `${file} is not JSON`, {
      userMessage: `${file} is not JSON. ${why}`,
      cause,
    });
  }
}
