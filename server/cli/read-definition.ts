import type { WorkflowDefinition } from '../../engine/definition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { lintDefinition } from '../../engine/lint.ts';
import { installedCatalogue } from './installed-catalogue.ts';
import { readJsonFile } from './read-json-file.ts';

/** A workflow file that lint has nothing against; throws `definition-refused` for any other. */
export async function readDefinition(file: string): Promise<WorkflowDefinition> {
  const read = await readJsonFile(file);
  const id = read !== null && typeof read === 'object' && 'id' in read ? [String(read.id)] : [];
  const findings = lintDefinition(read, await installedCatalogue(id));
  const [first] = findings;
  if (!first) return read as WorkflowDefinition;
  throw new ConcordatError('definition-refused', `${file} has ${findings.length} findings`, {
    userMessage: `${file} has to be mended first: ${first.pointer || 'the file'}: ${first.message} See: concordat lint ${file}`,
  });
}
