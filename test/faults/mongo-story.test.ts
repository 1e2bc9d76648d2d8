import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { concordat } from '../support/command-line.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { expectWholeStory } from './expect-whole-story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { storyWorkflows } from './story-workflows.ts';
import { cast, tellStory } from './told-story.ts';

const workflows = storyWorkflows();
const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

async function serverOn(url: string): Promise<TestServer> {
  const server = await startTestServer({
    workflows,
    store: () => openMongoStore({ url, mode: 'serve' }),
  });
  onTestFinished(() => server.stop());
  return server;
}

describe.skipIf(mongo === undefined)('a story told over HTTP, kept in MongoDB', () => {
  test('comes to its end, and every history is verified by the command', async () => {
    const url = mongo?.newDatabase() ?? '';
    const server = await serverOn(url);
    const { instance, refusals } = await tellStory(server, await cast(server));
    expect(refusals).toEqual([]);
    await expectWholeStory(server, instance);

    const verified = await concordat(['verify', '--store', url, '--json']);
    expect(verified.err).toBe('');
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ findings: [] });
    expect(verified.out).toContain(instance);
    const folder = join(temporaryFolder(), 'backup');
    const backup = await concordat(['backup', folder, '--store', url]);
    expect(backup.err).toBe('');
    expect(backup.code).toBe(0);
  });

  test.skipIf(process.env['MONGO_URL'] !== undefined)(
    'comes to the same end over a network that loses answers',
    async () => {
      const direct = mongo?.newDatabase() ?? '';
      const proxy = await cuttingProxy(Number(new URL(direct).port));
      onTestFinished(() => proxy.close());
      const server = await serverOn(direct.replace(/:\d+\//u, `:${proxy.port}/`));
      const told = await cast(server);
      const breaking = { on: true };
      const broken = (async () => {
        while (breaking.on) {
          await delay(50 + Math.random() * 250);
          proxy.mood(Math.random() < 0.5 ? 'lose-answers' : 'cut-answers');
          await delay(40);
          proxy.mood('pass');
        }
      })();
      const { instance } = await tellStory(server, told);
      breaking.on = false;
      await broken;
      // what was cut short waits for its next try
      for (let turn = 0; turn < 6; turn += 1) {
        server.clock.advanceTo(new Date(Date.parse(server.clock.now()) + 15_000).toISOString());
        await server.worker.drain();
      }
      await expectWholeStory(server, instance);
      console.log(`${proxy.broken()} answers were lost`);
    },
  );
});
