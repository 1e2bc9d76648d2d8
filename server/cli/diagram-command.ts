import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import { diagramMermaid } from '../diagram/diagram-mermaid.ts';
import { diagramSvg } from '../diagram/diagram-svg.ts';
import { workflowGraph } from '../diagram/workflow-graph.ts';
import { nearestName } from '../nearest-name.ts';
import type { Command } from './command.ts';
import { readDefinition } from './read-definition.ts';
import { textFlag, usageError } from './usage-error.ts';

const FORMATS = ['svg', 'mermaid'];

export const diagramCommand: Command = {
  name: 'diagram',
  summary: 'Draws a workflow.',
  takes: 'FILE',
  details: ['Writes to standard output when --out names no file.'],
  example: 'concordat diagram workflows/dispute.json --format svg --out dispute.svg',
  flags: {
    format: { type: 'string', value: 'FORMAT', what: 'svg (when not given) or mermaid.' },
    out: { type: 'string', value: 'FILE', what: 'Where to write it.' },
  },
  async run({ words, flags, output }) {
    const [file, ...more] = words;
    if (file === undefined || more.length > 0) {
      throw usageError('Name one file: concordat diagram FILE');
    }
    const format = textFlag(flags['format']) ?? 'svg';
    if (!FORMATS.includes(format)) throw unknownFormat(format);
    const definition = await readDefinition(file);
    const diagram =
      format === 'svg' ? await diagramSvg(workflowGraph(definition)) : diagramMermaid(definition);
    const out = textFlag(flags['out']);
    if (out === undefined) {
      output.say(diagram);
      output.result({ workflow: definition.id, format, diagram });
      return 0;
    }
    await write(resolve(out), diagram);
    output.say(`Written to ${resolve(out)}`);
    output.result({ workflow: definition.id, format, file: resolve(out) });
    return 0;
  },
};

async function write(file: string, diagram: string): Promise<void> {
  try {
    await writeFile(file, `${diagram}\n`);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new ConcordatError('bad-request', `cannot write ${file}`, {
      userMessage: `The file ${file} cannot be written (${String(code)}). Check the folder's name and that you may write there.`,
      cause,
    });
  }
}

function unknownFormat(format: string): ConcordatError {
  const near = nearestName(format, FORMATS);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return usageError(`--format cannot be ${JSON.stringify(format)}.${hint} Give svg or mermaid.`);
}
