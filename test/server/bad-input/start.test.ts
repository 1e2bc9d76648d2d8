import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { builtAssets } from '../../support/built-assets.ts';
import { ended, runChild } from '../../support/child-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MAIN = new URL('../../../server/main.ts', import.meta.url);

/** The program itself, as it would be started. */
function startMain(args: readonly string[]): ChildProcessWithoutNullStreams {
  return runChild(MAIN, [...args, '--log-level', 'silent']);
}

/** Starts it where it cannot start: how it ended and what it said. */
async function refused(args: readonly string[]): Promise<{ exit: number | null; said: string }> {
  const child = startMain(args);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  await ended(child);
  expect(said.out).toBe('');
  expect(said.err).toMatch(/^Concordat did not start\. [A-Z-].*\n$/su);
  expect(said.err).not.toMatch(/\n {4}at |Error:|node_modules|undefined|\[object/u);
  return { exit: child.exitCode, said: said.err };
}

const on = (data: string): readonly string[] => ['--store', `lmdb:${data}`, '--port', '0'];

// each test starts the whole program, some of them three times
vi.setConfig({ testTimeout: 90_000 });

beforeAll(() => {
  builtAssets();
});

describe('a start that cannot be ends with 2 for wrong use, with a sentence that says what to do', () => {
  test.each([
    [['--prot', '3000'], /--prot.*--port/su],
    [['--store', 'mongodb://user:secret@host'], /--store .*Give lmdb: and a folder/su],
    [['--store', 'mongodb://user:se%cret@127.0.0.1:1/x'], /not a correct MongoDB address/su],
  ])('%j', async (args, told) => {
    const { exit, said } = await refused(args);
    expect(exit).toBe(2);
    expect(said).toMatch(told);
    expect(said).not.toContain('secret');
  });

  test('a port that another program has', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const data = join(temporaryFolder(), 'data');
    const { exit, said } = await refused(['--store', `lmdb:${data}`, '--port', String(port)]);
    other.close();
    expect(exit).toBe(2);
    expect(said).toContain(`Port ${port} is in use by another program.`);
    expect(said).toContain(`--port ${port + 1}`);
  });
});

describe('a start on records that cannot be used ends with 1, and leaves them as they are', () => {
  test('a file in the place of the data folder', async () => {
    const data = join(temporaryFolder(), 'file');
    writeFileSync(data, 'precious');
    const { exit, said } = await refused(on(data));
    expect(exit).toBe(1);
    expect(said).toContain(`The data folder ${data} cannot be read or written`);
    expect(readFileSync(data, 'utf8')).toBe('precious');
  });

  test('a store that was cut short, or overwritten', async () => {
    const data = temporaryFolder();
    const store = await openLmdbStore({ directory: data, mode: 'serve' });
    for (let n = 0; n < 200; n += 1) await appendNext(store, 'i1', { note: 'x'.repeat(500) });
    await store.close();
    const file = join(data, 'data.mdb');
    truncateSync(file, 40_000);
    const cut = readFileSync(file);
    const short = await refused(on(data));
    expect(short.exit).toBe(1);
    expect(short.said).toMatch(/is damaged.*Restore the newest backup/su);
    expect(readFileSync(file).equals(cut)).toBe(true);

    writeFileSync(file, 'this is no store');
    const other = await refused(on(data));
    expect(other.exit).toBe(1);
    expect(other.said).toMatch(/is damaged.*Restore the newest backup/su);
    expect(readFileSync(file, 'utf8')).toBe('this is no store');
  });

  test('a published workflow that is another than the file says', async () => {
    const data = temporaryFolder();
    const store = await openLmdbStore({ directory: data, mode: 'serve' });
    const publishedAt = '2026-03-02T09:00:00.000Z';
    const { definitions } = store;
    const text = readFileSync(new URL('../../../workflows/dispute.json', import.meta.url), 'utf8');
    const { id, version } = JSON.parse(text) as { id: string; version: number };
    await definitions.publish({ id, version, hash: 'f'.repeat(64), text, publishedAt });
    await store.close();
    const { exit, said } = await refused(on(data));
    expect(exit).toBe(1);
    expect(said).toContain(`Set “version” to ${version + 1}`);
  });

  test('a second server on the same folder: the first one goes on', async () => {
    const data = temporaryFolder();
    const first = startMain(on(data));
    let out = '';
    first.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    await expect.poll(() => out, { timeout: 30_000 }).toContain('Set it up here, once');
    const { exit, said } = await refused(on(data));
    expect(exit).toBe(1);
    expect(said).toContain(`already in use by another Concordat (process ${first.pid}`);
    first.kill('SIGTERM');
    await ended(first);
    expect(first.exitCode).toBe(0);
    const third = startMain(on(data));
    let again = '';
    third.stdout.on('data', (chunk: Buffer) => {
      again += chunk.toString();
    });
    await expect.poll(() => again, { timeout: 30_000 }).toContain('Set it up here, once');
    third.kill('SIGTERM');
    await ended(third);
  });
});
