import { unzipSync } from 'fflate';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreBackup } from '../../../server/store/lmdb/backup.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { LongWork } from '../../../server/store/work-store.ts';
import { exportPartnership } from '../../../server/use-cases/export-partnership.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { textOf } from '../../support/page-text.ts';
import { sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

const BACKUPS = '/settings/backups';

describe('long work', () => {
  let server: TestServer;
  let world: SampleWorld;
  let boss: TestBrowser;
  let lead: TestBrowser;
  let files: string;

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    boss = await server.signIn(server.administrator);
    lead = await server.signIn(world.lead);
    files = `/partnerships/${world.shelter.id}/export`;
  });
  afterAll(async () => {
    await server.stop();
  });

  const page = async (browser: TestBrowser, path: string): Promise<string> =>
    textOf((await browser.get(path)).text);
  const done = async (browser: TestBrowser, path: string): Promise<void> => {
    expect(await browser.post(path)).toMatchObject({ status: 303, location: path });
    await server.services.longWork.idle();
  };
  const underWay = (own: Partial<LongWork>): LongWork => ({
    id: 'under-way',
    kind: 'backup',
    partnership: null,
    startedBy: server.administrator.id,
    startedAt: server.clock.now(),
    updatedAt: server.clock.now(),
    expiresAt: '2030-01-01T00:00:00.000Z',
    state: 'running',
    step: 'Copying the documents',
    done: 3,
    total: 8,
    problem: null,
    result: null,
    ...own,
  });

  test('a backup that an administrator asks for says where it lies, and comes back whole', async () => {
    expect(await page(boss, BACKUPS)).toContain('None has been made here yet');
    await done(boss, BACKUPS);
    const text = await page(boss, BACKUPS);
    const { backups } = server.services.config;
    const [name = ''] = readdirSync(backups);
    const folder = join(backups, name);
    expect(text).toContain(folder);
    expect(text).toContain('Checked');
    expect(text).toContain(`concordat restore --from "${folder}"`);
    const histories = await server.services.store.instances.count({});
    expect(text).toContain(`The copy holds ${histories} histories`);

    const to = join(temporaryFolder(), 'restored');
    await restoreBackup({ from: folder, to });
    const restored = await openLmdbStore({ directory: to, mode: 'read' });
    try {
      const { instances, findings } = await verifyStore(restored);
      expect(findings).toEqual([]);
      expect(instances).toHaveLength(histories);
    } finally {
      await restored.close();
    }
  });

  test('a backup that cannot be written says why, and leaves no half of one', async () => {
    const { backups } = server.services.config;
    rmSync(backups, { recursive: true, force: true });
    writeFileSync(backups, 'a file is in the way');
    await done(boss, BACKUPS);
    const text = await page(boss, BACKUPS);
    expect(text).toContain('Not finished');
    expect(text).toContain('cannot be read or written');
    rmSync(backups);
    await done(boss, BACKUPS);
    expect(readdirSync(backups)).toHaveLength(1);
  });

  test('backups are for administrators only', async () => {
    for (const answer of [await lead.get(BACKUPS), await lead.post(BACKUPS)]) {
      expect(answer.status).toBe(403);
      expect(textOf(answer.text)).toContain('Only an administrator');
    }
    expect((await server.browser().post(BACKUPS)).status).not.toBe(303);
  });

  test('how far it is can be seen without a script, and a second is not begun beside it', async () => {
    const { work } = server.services.store;
    await work.put(underWay({}));
    const answer = await boss.get(BACKUPS);
    expect(textOf(answer.text)).toContain('Copying the documents: 3 of 8');
    expect(answer.text).toContain('<progress class="app-progress__bar" max="100" value="37"');
    expect(answer.text).toContain(`href="${BACKUPS}">Check again`);
    expect(answer.text).not.toContain('Make a backup now');
    const before = readdirSync(server.services.config.backups);
    await done(boss, BACKUPS);
    expect(readdirSync(server.services.config.backups)).toEqual(before);
    await work.put(underWay({ state: 'failed', problem: 'Ended by this test' }));
  });

  test('work of a server that died is not waited for', async () => {
    const silentSince = new Date(Date.parse(server.clock.now()) - 61_000).toISOString();
    const { work } = server.services.store;
    await work.put(underWay({ id: 'dead', updatedAt: silentSince }));
    const answer = await boss.get(BACKUPS);
    expect(textOf(answer.text)).toContain('The server stopped before this was finished');
    expect(answer.text).toContain('Make a backup now');
  });

  test('whoever leads takes all they may see as a file that proves itself, and no more', async () => {
    expect(await page(lead, `/partnerships/${world.shelter.id}`)).toContain(
      'Take everything as a file',
    );
    await done(lead, files);
    const answer = await lead.get(files);
    const link = new RegExp(`href="(${files}/[^"]+)"`, 'u').exec(answer.text)?.[1] ?? '';
    expect(textOf(answer.text)).toMatch(/Night shelter 2026-03-23\.zip \d+ records, \d+ kB/u);

    const file = await fetch(`${server.url}${link}`, { headers: { cookie: lead.cookie() } });
    expect(file.headers.get('content-type')).toBe('application/zip');
    const bytes = new Uint8Array(await file.arrayBuffer());
    expect(file.headers.get('content-length')).toBe(String(bytes.length));
    const unpacked = unzipSync(bytes);

    const wanted = new Map<string, string>();
    await exportPartnership(
      server.services,
      { partnership: world.shelter.id, reader: world.lead },
      {
        add: (path, content) => {
          wanted.set(path, Buffer.from(content).toString('hex'));
          return Promise.resolve();
        },
      },
    );
    expect(
      new Map(
        Object.entries(unpacked).map(([path, content]) => [
          path,
          Buffer.from(content).toString('hex'),
        ]),
      ),
    ).toEqual(wanted);
    const everything = Object.values(unpacked)
      .map((one) => Buffer.from(one).toString())
      .join('');
    expect(everything).not.toContain('Who pays for the night nurse');

    const folder = temporaryFolder();
    for (const [path, content] of Object.entries(unpacked)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    expect(execFileSync(process.execPath, [join(folder, 'verify.mjs')]).toString()).toContain(
      'Nothing has changed',
    );
  });

  test('a file is for whoever asked for it, while they lead, and for one day', async () => {
    await done(lead, files);
    const { text } = await lead.get(files);
    const link = new RegExp(`href="(${files}/[^"]+)"`, 'u').exec(text)?.[1] ?? '';
    const manager = await server.signIn(world.trustManager);
    const stranger = await server.signIn(world.stranger);
    expect((await boss.get(link)).status).toBe(404);
    expect(await page(boss, files)).not.toContain('.zip');
    for (const path of [files, link]) {
      expect((await manager.get(path)).status).toBe(403);
      expect((await stranger.get(path)).status).toBe(404);
      expect((await server.browser().get(path)).status).toBe(303);
    }
    expect((await manager.post(files)).status).toBe(403);
    expect(await page(manager, `/partnerships/${world.shelter.id}`)).not.toContain(
      'Take everything as a file',
    );

    const { directory } = server.services.store;
    const [membership] = await directory.membershipsOf(world.lead.id);
    if (!membership) throw new Error('the lead has no membership');
    await directory.putMembership({ ...membership, roles: ['manager'] });
    expect((await lead.get(link)).status).toBe(403);
    await directory.putMembership(membership);
    expect((await lead.get(link)).status).toBe(200);

    server.clock.advanceTo('2026-03-24T09:00:01.000Z');
    expect((await lead.get(link)).status).toBe(404);
    const made = join(server.services.config.outbox, '../made');
    expect(readdirSync(made)).toHaveLength(2);
    await done(lead, files);
    expect(readdirSync(made)).toHaveLength(1);
  });

  test('a draft that is being drawn up says so until it is there', async () => {
    const instance = `/instances/${world.agreement}`;
    const draftedBy = await server.signIn(world.lead);
    const form = await draftedBy.get(`${instance}/do/PUBLISH`);
    const seq = /name="_seq" value="(\d+)"/u.exec(form.text)?.[1] ?? '';
    const key = /name="_key" value="([^"]+)"/u.exec(form.text)?.[1] ?? '';
    const posted = await draftedBy.post(`${instance}/do/PUBLISH`, {
      _seq: seq,
      _key: key,
      _step: 'send',
    });
    expect(posted.status).toBe(303);
    expect(await page(draftedBy, instance)).toMatch(
      /“Memorandum of understanding for the night shelter[^”]*” is being drawn up/u,
    );
    await server.worker.drain();
    expect(await page(draftedBy, instance)).not.toContain('is being drawn up');
  });
});
