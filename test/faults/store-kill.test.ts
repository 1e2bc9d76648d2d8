import { expect, test } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { ended, runChild, saidLine } from '../support/child-script.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KILLS = 10;
const WRITERS = 8;

test(`nothing that was acknowledged is lost over ${KILLS} kills, and nothing is half there`, async () => {
  const directory = temporaryFolder();
  const ledger: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = runChild(new URL('./store-writer.ts', import.meta.url), [
      directory,
      String(WRITERS),
      String(kill),
    ]);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await saidLine(child, 'ready');
    await new Promise((resolve) => {
      setTimeout(resolve, 20 + Math.random() * 250);
    });
    child.kill('SIGKILL');
    await ended(child);
    // the last line may have been cut off by the kill
    ledger.push(...said.split('\n').slice(0, -1));

    const store = await openLmdbStore({ directory, mode: 'serve' });
    const { instances, findings } = await verifyStore(store);
    expect(findings).toEqual([]);
    expect(instances.length).toBeGreaterThan(0);
    for (const line of ledger) {
      const [instance = '', seq = '', hash] = line.split(' ');
      if (instance === 'done') {
        expect((await store.tasks.get(seq))?.state, line).toBe('done');
      } else if (instance !== 'ready') {
        expect((await store.commits.get(instance, Number(seq)))?.hash, line).toBe(hash);
      }
    }
    // every commit brought its task, its count and its row, or was not there at all
    for (const { instance, seq } of instances) {
      const due = await store.tasks.list({ instance, state: 'due', limit: 100_000 });
      let done = 0;
      for (let n = 1; n <= seq; n += 1) {
        if ((await store.tasks.get(`${instance}:${n}:1`))?.state === 'done') done += 1;
      }
      expect(due.length + done, instance).toBe(seq);
    }
    expect(await store.instances.count({})).toBe(instances.length);
    expect((await store.instances.list({ limit: 100 })).rows).toHaveLength(instances.length);
    await store.close();
  }
  const acknowledged = ledger.filter((line) => line.startsWith('w')).length;
  console.log(`${acknowledged} acknowledged commits, ${KILLS} kills, 0 lost`);
  expect(acknowledged).toBeGreaterThan(KILLS);
}, 120_000);
