import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isConcordatError } from '../../../engine/errors.ts';
import { lintDefinition } from '../../../engine/lint.ts';
import { installedCatalogue } from '../../../server/cli/installed-catalogue.ts';
import { readConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import {
  CHECKED_LIST,
  createWorkflowCheck,
  readCheckedList,
} from '../../../server/runtime/check-workflow.ts';
import { readWorkflowFiles } from '../../../server/runtime/workflow-file.ts';
import { type RunningServer, startServer } from '../../../server/start-server.ts';
import { APPROVAL } from '../../support/approval-workflow.ts';
import { builtAssets } from '../../support/built-assets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SHIPPED = fileURLToPath(new URL('../../../workflows', import.meta.url));

/** A folder with these files in it: texts as they are, everything else as JSON. */
function folderOf(files: Readonly<Record<string, unknown>>, folder = temporaryFolder()): string {
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function start(workflows: string, data = temporaryFolder()): Promise<RunningServer> {
  builtAssets();
  const config = readConfig({ args: ['--store', `lmdb:${data}`, '--port', '0'], env: {} });
  return startServer(config, { workflows, log: createLog({ level: 'silent' }) });
}

/** Starts on these files, which must be refused; answers the sentence. The store must be free again. */
async function refused(workflows: string, code = 'definition-refused'): Promise<string> {
  const data = temporaryFolder();
  const first = await start(workflows, data).catch((error: unknown) => error);
  if (!isConcordatError(first)) throw new Error(`it was not refused: ${String(first)}`);
  expect(first.code).toBe(code);
  const good = await start(folderOf({ 'approval.json': APPROVAL }), data);
  await good.stop();
  return first.userMessage;
}

const broken = (change: Partial<Record<string, unknown>>): object => ({ ...APPROVAL, ...change });

describe('a workflow file that cannot be used stops the start with what to mend', () => {
  test.each([
    [
      'is no JSON',
      '{\n"id": "approval",\n}',
      /approval\.json is not JSON\. Line 3, at \} – .+ Take the comma away\. Mend it/u,
    ],
    ['is empty', '', /is not JSON/u],
    ['is null', 'null', /\(the whole file\)/u],
    ['is a list', '[]', /\(the whole file\)/u],
    ['has no id', broken({ id: undefined }), /id/u],
    ['has an id that is a path', broken({ id: '../../x' }), /\/id/u],
    ['has no version', broken({ version: undefined }), /version/u],
    ['has a version of no kind', broken({ version: '1' }), /\/version/u],
    ['has no machine', broken({ machine: undefined }), /machine/u],
    [
      'names a role that nobody has',
      broken({ start: { ...APPROVAL.start, by: ['king'] } }),
      /\/start\/by\/0: .*king/u,
    ],
    [
      'reaches into JavaScript',
      JSON.stringify(APPROVAL).replace('"answers":{"type"', '"__proto__":{"type"'),
      /__proto__/u,
    ],
    ['is huge', broken({ summary: 'x'.repeat(600_000) }), /Split/u],
  ])('%s', async (_, content, told) => {
    const sentence = await refused(folderOf({ 'approval.json': content }));
    expect(sentence).toMatch(told);
    expect(sentence).toContain('approval.json');
  });

  test('but not for the invisible mark that an editor put in front of it', async () => {
    const marked = `\uFEFF${JSON.stringify(APPROVAL)}`;
    const server = await start(folderOf({ 'approval.json': marked }));
    expect(server.services.workflows.newestOf('approval').definition.version).toBe(1);
    await server.stop();
  });

  test('many findings are told together, each with its place and its mend, and how to check again', async () => {
    const states = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`s${n}`, {}]));
    const machine = { ...APPROVAL.machine, states: { ...APPROVAL.machine.states, ...states } };
    const sentence = await refused(folderOf({ 'approval.json': broken({ machine }) }));
    expect(sentence.split('\n').length).toBeGreaterThan(5);
    expect(sentence).toMatch(/and \d+ more/u);
    expect(sentence).toMatch(/npx concordat lint .+approval\.json$/u);
  });

  test('the same version is there twice', async () => {
    const other = { ...APPROVAL, title: 'Another' };
    const sentence = await refused(folderOf({ 'a.json': APPROVAL, 'b.json': other }));
    expect(sentence).toMatch(/a\.json and .+b\.json\. Keep one of them/u);
  });

  test('a folder lies where a file should be, or there is no folder at all', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'approval.json'));
    expect(await refused(folder)).toMatch(/cannot be read/u);
    expect(await refused(join(folder, 'nowhere'))).toMatch(/cannot be read/u);
  });

  test('a published version that was changed is refused, its next version is taken', async () => {
    const data = temporaryFolder();
    const folder = folderOf({ 'approval.json': APPROVAL });
    await (await start(folder, data)).stop();
    folderOf({ 'approval.json': { ...APPROVAL, title: 'Changed' } }, folder);
    await expect(start(folder, data)).rejects.toMatchObject({
      code: 'definition-changed',
      userMessage: expect.stringContaining('Set “version” to 2'),
    });
    folderOf({ 'approval.json': { ...APPROVAL, title: 'Changed', version: 2 } }, folder);
    const server = await start(folder, data);
    expect(server.services.workflows.newestOf('approval').definition.version).toBe(2);
    await server.stop();
  });
});

describe('the workflows that are shipped', () => {
  test('pass lint, and stand in the list of those that need no more checking (after a change: npx vitest run -u on this file)', async () => {
    const files = await readWorkflowFiles(SHIPPED);
    const catalogue = await installedCatalogue([]);
    for (const { file, definition } of files) {
      expect(lintDefinition(definition, catalogue), file).toEqual([]);
    }
    const lines = files.map(({ file, hash }) => `${hash}  ${basename(file)}\n`);
    await expect(lines.join('')).toMatchFileSnapshot(join(SHIPPED, CHECKED_LIST));
  });

  test('are not checked again at a start, which would take too long; any other file is', async () => {
    const passed = await readCheckedList(SHIPPED);
    const check = createWorkflowCheck(() => {
      throw new Error('it was checked');
    }, passed);
    const [shipped] = await readWorkflowFiles(SHIPPED);
    if (!shipped) throw new Error('nothing is shipped');
    const listed = { ...shipped, hash: [...passed][0] ?? '' };
    await expect(check(listed)).resolves.toBeUndefined();
    await expect(check({ ...shipped, hash: 'f'.repeat(64) })).rejects.toThrow('it was checked');
  });
});
