import { type Finding, lintDefinition } from '../../engine/lint.ts';
import type { Command } from './command.ts';
import { installedCatalogue } from './installed-catalogue.ts';
import { readJsonFile } from './read-json-file.ts';
import { usageError } from './usage-error.ts';

export const lintCommand: Command = {
  name: 'lint',
  summary: 'Checks workflow files and says what to mend.',
  takes: 'FILE…',
  details: [
    'For each finding: where it is (a JSON pointer), what is wrong, and what to write instead.',
  ],
  example: 'concordat lint workflows/dispute.json',
  flags: {},
  async run({ words: files, output }) {
    if (files.length === 0) throw usageError('Name the files: concordat lint FILE…');
    const definitions = await Promise.all(
      files.map(async (file) => ({ file, definition: await readJsonFile(file) })),
    );
    const catalogue = await installedCatalogue(
      definitions.flatMap(({ definition }) => idOf(definition) ?? []),
    );
    const checked = definitions.map(({ file, definition }) => ({
      file,
      findings: lintDefinition(definition, catalogue),
    }));
    for (const { file, findings } of checked) {
      output.say(
        findings.length === 0 ? `${file}: nothing to mend` : `${file}: ${count(findings)}`,
      );
      for (const finding of findings) output.say(inWords(finding));
    }
    output.result({ files: checked });
    return checked.every(({ findings }) => findings.length === 0) ? 0 : 1;
  },
};

function inWords({ pointer, rule, message, mend }: Finding): string {
  return `\n  ${pointer === '' ? '(the whole file)' : pointer}  [${rule}]\n    ${message}\n    ${mend}`;
}

function count({ length }: readonly Finding[]): string {
  return length === 1 ? 'one finding' : `${length} findings`;
}

function idOf(definition: unknown): string | undefined {
  if (definition === null || typeof definition !== 'object' || !('id' in definition)) {
    return undefined;
  }
  return typeof definition.id === 'string' ? definition.id : undefined;
}
