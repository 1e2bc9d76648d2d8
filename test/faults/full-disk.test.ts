import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isConcordatError } from '../../engine/errors.ts';
import type { AppendInput } from '../../server/store/commit-store.ts';
import type { Migration } from '../../server/store/lmdb/format.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { controlsOf } from '../support/page-text.ts';
import { missing } from '../support/programs.ts';
import { rawStore } from '../support/raw-store.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { syntheticAppend } from '../support/synthetic-commit.ts';
import { startTestServer } from '../support/test-server.ts';

const MEGABYTE = 2 ** 20;
const NO_ROOM_TO_OPEN = {
  code: 'store-full',
  userMessage: expect.stringMatching(/disk .* is full.*Nothing was changed or lost.*Make room/u),
};
const WORDS = 'Something that was decided. '.repeat(40);

function mounted(bytes: number): SmallDisk | undefined {
  const disk = smallDisk(bytes);
  if (!disk) missing('what fills a real disk, since none may be mounted here');
  return disk;
}

test.each([1, 3, 16])(
  '%i writers on a full disk are refused and lose nothing, and go on when there is room',
  async (writers) => {
    const disk = mounted(32 * MEGABYTE);
    if (!disk) return;
    const directory = join(disk.folder, 'data');
    const store = await openLmdbStore({ directory, mode: 'serve' });
    const kept = new Map<string, { readonly seq: number; readonly hash: string }>();
    const refused: string[] = [];
    async function write(instance: string, times: number): Promise<void> {
      for (let n = 0; n < times; n++) {
        const { seq, hash: previous } = kept.get(instance) ?? { seq: 0, hash: null };
        const next = syntheticAppend({ instance, seq: seq + 1, previous, note: WORDS });
        try {
          await store.commits.append(next);
          kept.set(instance, next.commit);
        } catch (error) {
          refused.push(isConcordatError(error) ? error.code : String(error));
        }
      }
    }
    const all = (times: number) =>
      Promise.all(Array.from({ length: writers }, (_, n) => write(`i${n}`, times)));
    const count = () => [...kept.values()].reduce((sum, { seq }) => sum + seq, 0);

    await all(5);
    disk.fillUp(MEGABYTE);
    await all(Math.ceil(6_000 / writers));
    expect(new Set(refused)).toEqual(new Set(['store-full']));
    // many more than once, as it is the later ones that would break LMDB
    expect(refused.length).toBeGreaterThan(500);
    await expect(store.check()).rejects.toMatchObject({ code: 'store-full' });

    disk.makeRoom();
    const before = count();
    await all(20);
    expect(count()).toBe(before + 20 * writers);
    await store.close();

    const again = await openLmdbStore({ directory, mode: 'exclusive' });
    expect((await verifyStore(again)).findings).toEqual([]);
    for (const [instance, { seq, hash }] of kept) {
      expect(await again.commits.head(instance)).toMatchObject({ seq, hash });
    }
    await again.close();
  },
);

test('a full disk is said on the health page and to whoever saves, who loses nothing of what was typed', async () => {
  const disk = mounted(48 * MEGABYTE);
  if (!disk) return;
  const server = await startTestServer({
    store: () => openLmdbStore({ directory: join(disk.folder, 'data'), mode: 'serve' }),
  });
  onTestFinished(() => server.stop());
  const browser = await server.signIn(server.administrator);
  const form = controlsOf((await browser.get('/organisations/new')).text);
  const filled = { ...form, name: 'Harbour Refuge', kind: 'charity' };
  disk.fillUp(0);
  // what room there was in the file is used up first
  const { commits } = server.services.store;
  for (let seq = 1, full = false; !full; seq++) {
    const more = syntheticAppend({ instance: 'i1', seq, note: WORDS.repeat(20) });
    full = await commits.append(more).then(
      () => false,
      () => true,
    );
  }

  const refused = await browser.post('/organisations/new', filled);
  expect(refused.status).toBe(503);
  expect(refused.text).toContain('because the disk is full');
  expect(refused.text).toContain('Harbour Refuge');
  const health = await fetch(`${server.url}/health/ready`);
  expect(health.status).toBe(503);
  expect(await health.text()).toContain('Make room on the disk');
  expect((await browser.get('/partnerships')).status).toBe(200);

  disk.makeRoom();
  expect((await browser.post('/organisations/new', filled)).location).toBe('/organisations');
  expect((await browser.get('/organisations')).text).toContain('Harbour Refuge');
});

test.each([0, 8_192, 40_960])(
  'with %i bytes free no store is begun, and one is made whole when there is room',
  async (free) => {
    const disk = mounted(16 * MEGABYTE);
    if (!disk) return;
    const opening = { directory: join(disk.folder, 'data'), mode: 'serve' } as const;
    disk.fillUp(free);
    await expect(openLmdbStore(opening)).rejects.toMatchObject(NO_ROOM_TO_OPEN);
    disk.makeRoom();
    const store = await openLmdbStore(opening);
    expect(await store.commits.append(syntheticAppend({ instance: 'i1', seq: 1 }))).toEqual({
      kind: 'committed',
    });
    await store.close();
  },
);

test('a store on a full disk is not opened, nor brought up to date where the room for that is missing, and loses nothing', async () => {
  const disk = mounted(32 * MEGABYTE);
  if (!disk) return;
  const directory = join(disk.folder, 'data');
  const opening = { directory, mode: 'serve' } as const;
  const store = await openLmdbStore(opening);
  let last: AppendInput['commit'] | undefined;
  for (let seq = 1; seq <= 600; seq++) {
    const next = syntheticAppend({
      instance: 'i1',
      seq,
      previous: last?.hash ?? null,
      note: WORDS,
    });
    await store.commits.append(next);
    last = next.commit;
  }
  await store.close();

  disk.fillUp(0);
  await expect(openLmdbStore(opening)).rejects.toMatchObject(NO_ROOM_TO_OPEN);
  disk.makeRoom();

  // a step that writes all there is anew, and finds room for a part of it
  const root = rawStore(directory);
  const format = root.openDB<string>('meta', { encoding: 'string' });
  const present = Number(format.get('format'));
  await format.put('format', String(present - 1));
  await root.close();
  const step: Migration = {
    from: present - 1,
    migrate: ({ instances }) => {
      for (const { key, value } of instances.getRange({})) instances.putSync(key, value);
    },
  };
  const before = statSync(join(directory, 'data.mdb')).size;
  expect(before).toBeGreaterThan(2 * MEGABYTE);
  disk.fillUp(MEGABYTE);
  for (let again = 0; again < 3; again++) {
    await expect(openLmdbStore({ ...opening, migrations: [step] })).rejects.toMatchObject(
      NO_ROOM_TO_OPEN,
    );
  }
  expect(statSync(join(directory, 'data.mdb')).size).toBeLessThanOrEqual(before + MEGABYTE / 2);
  disk.makeRoom();
  await (await openLmdbStore({ ...opening, migrations: [step] })).close();

  const kept = await openLmdbStore({ directory, mode: 'exclusive' });
  expect(await kept.commits.head('i1')).toEqual(last);
  expect((await verifyStore(kept)).findings).toEqual([]);
  await kept.close();
});
