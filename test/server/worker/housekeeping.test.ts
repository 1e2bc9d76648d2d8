import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { virtualClock } from '../../../server/clock.ts';
import { createLog } from '../../../server/log.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import { startHousekeeping } from '../../../server/worker/housekeeping.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('sessions and files of exports that have ended are forgotten, the others stay', async () => {
  const store = await openLmdbStore({ directory: temporaryFolder(), mode: 'serve' });
  const clock = virtualClock('2027-03-02T09:00:00.000Z');
  const sooner = '2027-03-02T10:00:00.000Z';
  const later = '2027-03-09T10:00:00.000Z';
  for (const [id, expiresAt] of [
    ['ends', sooner],
    ['stays', later],
  ] as const) {
    await store.sessions.set(id, { typed: 'never sent' }, expiresAt);
    await store.work.put({
      id,
      kind: 'export',
      partnership: 'p',
      startedBy: 'ada',
      startedAt: clock.now(),
      updatedAt: clock.now(),
      expiresAt,
      state: 'done',
      step: '',
      done: 1,
      total: 1,
      problem: null,
      result: null,
    });
    await store.work.putPiece(id, 0, Buffer.from('all there is'));
  }
  const log = createLog({ level: 'silent' });
  const housekeeping = startHousekeeping({ store, clock, log }, { firstAfterMs: 1, everyMs: 5 });
  onTestFinished(async () => {
    await housekeeping.stop();
    await store.close();
  });

  await wait(50);
  expect(await store.work.piece('ends', 0)).toBeDefined();
  clock.advanceTo('2027-03-03T09:00:00.000Z');
  await expect.poll(() => store.work.get('ends')).toBeUndefined();
  expect(await store.work.piece('ends', 0)).toBeUndefined();
  // asked as of before its end: it is gone, and not only out of date
  expect(await store.sessions.get('ends', '2027-03-02T09:00:00.000Z')).toBeUndefined();
  expect(await store.work.piece('stays', 0)).toBeDefined();
  expect(await store.sessions.get('stays', clock.now())).toEqual({ typed: 'never sent' });
});
