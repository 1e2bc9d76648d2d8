import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoWorld } from '../../../server/demo/demo-world.ts';
import { sha256 } from '../../../server/sha256.ts';
import { openStore } from '../../../server/store/open-store.ts';
import { concordat } from '../../support/command-line.ts';
import { smallWorld } from '../../support/small-world.ts';

let folder: string;
let store: string;
let world: DemoWorld;
let heads: readonly { instance: string; seq: number; hash: string }[];

/** The commands that look and copy run here beside the program that owns the folder. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concordat-cli-'));
  ({ world, store } = await smallWorld(folder));
}, 120_000);

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('beside a running server', () => {
  it('verify prints the newest hash of every history', async () => {
    const { code, out } = await concordat(['verify', '--store', store]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\S{20} +\d+ {2}[0-9a-f]{64}$/mu);
    expect(out).toMatch(/\d+ histories re-checked in .*: nothing has changed\.\n$/u);
    const json = JSON.parse((await concordat(['verify', '--json', '--store', store])).out) as {
      instances: typeof heads;
      findings: unknown[];
    };
    heads = json.instances;
    expect(json.findings).toEqual([]);
    expect(heads.length).toBeGreaterThan(0);
  });

  it('backup copies what restore brings back with the same hashes', async () => {
    const backup = join(folder, 'backup');
    const done = await concordat(['backup', backup, '--store', store]);
    expect(done).toMatchObject({ code: 0, err: '' });
    const restored = `lmdb:${join(folder, 'restored')}`;
    const back = await concordat(['restore', '--from', backup, '--store', restored, '--json']);
    expect(back.code).toBe(0);
    expect(JSON.parse(back.out)).toMatchObject({ instances: heads, findings: [] });
  });

  it('restore never writes over records', async () => {
    const { code, err } = await concordat([
      'restore',
      '--from',
      join(folder, 'backup'),
      '--store',
      store,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('is not empty');
  });

  it('move is refused, and says to stop the server first', async () => {
    const to = join(folder, 'moved');
    const { code, err } = await concordat(['move', '--from', store, '--to', `lmdb:${to}`]);
    expect(code).toBe(1);
    expect(err).toContain('Stop it, then run this command again');
    expect(existsSync(to)).toBe(false);
  });

  it('token is refused, and says to stop the server for the moment', async () => {
    const { code, err } = await concordat([
      'token',
      '--person',
      'amara.okafor@marlowe-vale.example',
      '--label',
      'Case system',
      '--store',
      store,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('Stop the server, make the token');
  });
});

describe('on a store of its own', () => {
  it('move takes a backup or a stopped folder into another, and says what to do next', async () => {
    for (const [from, to] of [
      ['backup', 'moved'],
      ['moved', 'moved-on'],
    ] as const) {
      const { code, out, err } = await concordat([
        'move',
        '--from',
        `lmdb:${join(folder, from)}`,
        '--to',
        `lmdb:${join(folder, to)}`,
      ]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^ +\d+ {2}histories$/mu);
      expect(out).toContain('the same records, the same hashes');
      expect(out).toContain(`Start the servers with --store lmdb:${join(folder, to)}`);
    }
    const verified = await concordat([
      'verify',
      '--json',
      '--store',
      `lmdb:${join(folder, 'moved-on')}`,
    ]);
    expect(JSON.parse(verified.out)).toMatchObject({ instances: heads, findings: [] });
    // what the move has read is a backup still
    const again = `lmdb:${join(folder, 'restored-again')}`;
    const back = await concordat(['restore', '--from', join(folder, 'backup'), '--store', again]);
    expect(back.code).toBe(0);
  });

  it('move never writes over records, and makes nothing of what is not there', async () => {
    const [moved, backup] = [`lmdb:${join(folder, 'moved')}`, `lmdb:${join(folder, 'backup')}`];
    const full = await concordat(['move', '--from', backup, '--to', moved]);
    expect(full).toMatchObject({ code: 1, err: expect.stringContaining('holds records already') });
    const nowhere = join(folder, 'nowhere');
    const none = await concordat(['move', '--from', `lmdb:${nowhere}`, '--to', moved, '--json']);
    expect(none).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no Concordat data'),
    });
    expect(JSON.parse(none.out)).toMatchObject({ error: { code: 'store-unreadable' } });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('token gives one that is known afterwards, with its last day', async () => {
    const restored = `lmdb:${join(folder, 'restored')}`;
    const { code, out } = await concordat([
      'token',
      '--person',
      'Amara.Okafor@marlowe-vale.example',
      '--label',
      'Case system',
      '--expires',
      '2999-12-31',
      '--store',
      restored,
      '--json',
    ]);
    expect(code).toBe(0);
    const { token, expiresAt } = JSON.parse(out) as { token: string; expiresAt: string };
    expect(expiresAt.slice(0, 13)).toMatch(/^(2999-12-31T23|3000-01-01T00)/u);
    const opened = await openStore(restored, 'read');
    const kept = await opened.installation.tokenByHash(sha256(token));
    await opened.close();
    expect(kept).toMatchObject({ label: 'Case system', revokedAt: null });
  });

  it('token for nobody is refused', async () => {
    const { code, err } = await concordat([
      'token',
      '--person',
      'nobody@x.example',
      '--label',
      'x',
      '--store',
      `lmdb:${join(folder, 'restored')}`,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('Nobody here has the address nobody@x.example');
  });

  it('verify names a document that has changed', async () => {
    const restored = join(folder, 'restored');
    const opened = await openStore(`lmdb:${restored}`, 'exclusive');
    const [instance] = await opened.commits.instances({ limit: 1 });
    const info = await opened.documents.put(Buffer.from('as it was'), {
      name: 'note.txt',
      mediaType: 'text/plain',
      createdAt: '2027-03-01T09:00:00.000Z',
      partnership: null,
      instance: instance ?? '',
    });
    await opened.close();
    const shelf = join(restored, 'documents', info.hash.slice(0, 2));
    const file = readdirSync(shelf).find((name) => name === info.hash) ?? '';
    expect(readFileSync(join(shelf, file), 'utf8')).toBe('as it was');
    writeFileSync(join(shelf, file), 'as it is!');
    const { code, out } = await concordat(['verify', '--store', `lmdb:${restored}`]);
    expect(code).toBe(1);
    expect(out).toContain(`FOUND: ${instance}`);
    expect(out).toContain('restore the newest good backup');
  });
});
