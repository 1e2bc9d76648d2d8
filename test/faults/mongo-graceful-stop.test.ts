import { dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { startMailCatcher } from '../support/mail-catcher.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ROUND_WORKFLOWS, startRound } from './start-round.ts';
import { twoOrganisations } from './two-organisations.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

test.skipIf(mongo === undefined)(
  'what a stopping process gives back, another takes at once and not when the leases end',
  async () => {
    const url = mongo?.newDatabase() ?? '';
    const main = builtInstallation(join(temporaryFolder(), 'installation'), {
      workflows: ['partnership'],
      others: ROUND_WORKFLOWS,
    });
    const hanging = await startMailCatcher();
    const taking = await startMailCatcher();
    onTestFinished(async () => {
      await hanging.close();
      await taking.close();
    });
    const env = {
      CONCORDAT_STORE: url,
      CONCORDAT_URL: 'http://localhost:3000',
      CONCORDAT_MAIL: `${hanging.url}?starttls=off`,
      CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
      CONCORDAT_WORKERS: '1',
    };
    const place = await twoOrganisations(env, join(dirname(main), '../../workflows'));
    const stopping = killableServer(main, { port: await freePort(), env });
    const other = killableServer(main, {
      port: await freePort(),
      env: { ...env, CONCORDAT_MAIL: `${taking.url}?starttls=off` },
    });
    onTestFinished(async () => {
      await stopping.kill();
      await other.kill();
    });
    stopping.start();
    await stopping.answering();
    hanging.mode('hang');
    const before = hanging.begun();
    await startRound(stopping.url, place);
    await expect.poll(() => hanging.begun()).toBeGreaterThan(before);
    const store = await openMongoStore({ url, mode: 'read' });
    onTestFinished(() => store.close());
    const due = await store.tasks.list({ state: 'due', limit: 99 });
    const held = due.filter(({ lease }) => lease !== null).map(({ id }) => id);
    expect(held.length).toBeGreaterThan(0);
    other.start();
    await other.answering();
    expect(taking.mails()).toEqual([]);

    expect(await stopping.stop()).toBe(0);
    const ended = performance.now();
    const open = async (): Promise<number> => {
      const tasks = await Promise.all(held.map((id) => store.tasks.get(id)));
      return tasks.filter((task) => task?.state !== 'done').length;
    };
    await expect.poll(open, { interval: 100 }).toBe(0);
    // A lease lasts ten seconds and is renewed every third of that.
    expect(performance.now() - ended).toBeLessThan(5_000);
    const tasks = await Promise.all(held.map((id) => store.tasks.get(id)));
    expect(tasks.map((task) => task?.tries)).toEqual(held.map(() => 1));
    expect(taking.mails().length).toBeGreaterThanOrEqual(held.length);
    expect(await other.stop()).toBe(0);
  },
  120_000,
);
