import { expect, onTestFinished, test } from 'vitest';
import { virtualClock } from '../../../server/clock.ts';
import { createLog } from '../../../server/log.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { TellProgress } from '../../../server/store/store.ts';
import type { BackupResult, LongWork } from '../../../server/store/work-store.ts';
import { newLongWork } from '../../../server/use-cases/long-work.ts';
import { createLongWorkRunner } from '../../../server/work/long-work-runner.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ADA = {
  id: 'ada',
  name: 'Ada',
  email: 'ada@example.org',
  organisation: 'o',
  administrator: true,
  coordinator: true,
  createdAt: '2027-03-02T09:00:00.000Z',
  disabledAt: null,
};
const RESULT: BackupResult = { kind: 'backup', folder: '/b', histories: 1, findings: [] };

async function scene() {
  const store = await openLmdbStore({ directory: temporaryFolder(), mode: 'serve' });
  const clock = virtualClock('2027-03-02T09:00:00.000Z');
  const log = createLog({ level: 'silent' });
  const runner = createLongWorkRunner({ store, clock, log });
  onTestFinished(async () => {
    await runner.stop();
    await store.close();
  });
  const work = (): LongWork =>
    newLongWork(
      { clock },
      { kind: 'person', person: ADA },
      { kind: 'backup', partnership: null, keptForMs: 1_000 },
    );
  return { store, runner, work };
}

/** Work that goes on when it is told to. */
function held() {
  let go: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    go = resolve;
  });
  const run = async (tell: TellProgress): Promise<BackupResult> => {
    await tell('Copying the documents', 3, 8);
    await opened;
    await tell('Copying the documents', 4, 8);
    return RESULT;
  };
  return { run, go };
}

test('how far it is stands in the store, the next waits for its turn, and then both are done', async () => {
  const { store, runner, work } = await scene();
  const { run, go } = held();
  const first = await runner.begin(work(), run);
  const second = await runner.begin(work(), () => Promise.resolve(RESULT));
  await expect
    .poll(() => store.work.get(first.id))
    .toMatchObject({ state: 'running', step: 'Copying the documents', done: 3, total: 8 });
  expect(await store.work.get(second.id)).toMatchObject({ state: 'waiting' });
  go();
  await runner.idle();
  expect(await store.work.get(first.id)).toMatchObject({ state: 'done', result: RESULT });
  expect(await store.work.get(second.id)).toMatchObject({ state: 'done' });
});

test('work that fails says why, and holds up nothing that comes after it', async () => {
  const { store, runner, work } = await scene();
  const failing = await runner.begin(work(), () => Promise.reject(new Error('of its own')));
  const next = await runner.begin(work(), () => Promise.resolve(RESULT));
  await runner.idle();
  const failed = await store.work.get(failing.id);
  expect(failed).toMatchObject({ state: 'failed' });
  expect(failed?.problem).toMatch(/^Something went wrong/u);
  expect(failed?.problem).not.toContain('of its own');
  expect(await store.work.get(next.id)).toMatchObject({ state: 'done' });
});

test('a server that stops ends what is under way at its next step, and what waits', async () => {
  const { store, runner, work } = await scene();
  const { run, go } = held();
  const first = await runner.begin(work(), run);
  const second = await runner.begin(work(), () => Promise.resolve(RESULT));
  await expect.poll(() => store.work.get(first.id)).toMatchObject({ state: 'running', done: 3 });
  const stopping = runner.stop();
  go();
  await stopping;
  for (const { id } of [first, second]) {
    const ended = await store.work.get(id);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended?.problem).toContain('Start it again');
  }
  await expect(runner.begin(work(), run)).rejects.toMatchObject({ code: 'store-unreadable' });
});
