import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readCommit } from '../../server/runtime/head.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { twoOrganisations } from '../faults/two-organisations.ts';
import { apiClient } from '../support/api-client.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { startMailCatcher } from '../support/mail-catcher.ts';
import { mongoModels } from '../support/mongo-commits.ts';
import { startMongoServer } from '../support/mongo-server.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

const AHEAD = new URL('../support/clock-an-hour-ahead.mjs', import.meta.url);
const WORKFLOWS = [
  '../faults/workflows/approval-round',
  '../faults/workflows/errand',
  './workflows/short-wait',
].map((name) => fileURLToPath(new URL(`${name}.json`, import.meta.url)));
const SLOW_MS = 2_500;

/** Processes start slowly on a busy machine. */
const TIMEOUT = { timeout: 300_000 };

describe.skipIf(mongo === undefined)('real processes on one MongoDB', TIMEOUT, () => {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-processes-'));
  let main = '';
  beforeAll(() => {
    main = builtInstallation(folder, { workflows: ['partnership'], others: WORKFLOWS });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function scene() {
    const url = mongo?.newDatabase() ?? '';
    const mails = await startMailCatcher({ slowMs: SLOW_MS });
    onTestFinished(() => mails.close());
    const env = {
      CONCORDAT_STORE: url,
      CONCORDAT_URL: 'http://partnerships.example',
      CONCORDAT_MAIL: `${mails.url}?starttls=off`,
      CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
      CONCORDAT_WORKERS: '1',
    };
    const place = await twoOrganisations(env, join(dirname(main), '../../workflows'));
    mails.clear();
    const store = await openMongoStore({ url, mode: 'serve' });
    onTestFinished(() => store.close());
    return {
      url,
      mails,
      store,
      place,
      async server(more: Readonly<Record<string, string>> = {}) {
        const server = killableServer(main, {
          port: await freePort(),
          env: { ...env, ...more },
        });
        onTestFinished(() => server.kill());
        server.start();
        await server.answering();
        return server;
      },
      /** Starts an instance through a server's API; answers its id. */
      async start(at: string, workflow: string, subject: string): Promise<string> {
        const { instance } = await apiClient(at, place.token).post<{ instance: string }>(
          '/instances',
          { workflow, partnership: place.partnership, form: { subject } },
        );
        return instance;
      },
      async history(instance: string) {
        return (await store.commits.history(instance, { limit: 1_000 })).map(readCommit);
      },
    };
  }

  test('a process that was held past its lease completes nothing that another took over', async () => {
    const { mails, store, url, ...story } = await scene();
    const { tasks } = await mongoModels(url);
    const held = await story.server();
    const due = async () => {
      const open = await store.tasks.list({ state: 'due', limit: 9 });
      return open.filter(({ nextAt }) => nextAt <= new Date().toISOString()).length;
    };
    await expect.poll(due, { timeout: 60_000 }).toBe(0);
    mails.mode('slow');
    const before = mails.begun();
    const instance = await story.start(held.url, 'approval-round', 'Held');
    // it has sent a mail, and waits for the mail server's word
    await expect.poll(() => mails.begun(), { interval: 5 }).toBeGreaterThan(before);
    held.pause();
    const taken = await tasks.findOne({ instance, state: 'due' }).sort({ claimFrom: -1 }).lean();
    expect(taken).toMatchObject({ kind: 'ask', fence: 1, tries: 0 });
    const mail = await mails.waitFor(({ subject }) => subject.includes('Held'));
    mails.mode('accept');

    await story.server();
    const state = async () => (await store.tasks.get(taken?._id ?? ''))?.state;
    await expect.poll(state, { timeout: 60_000 }).toBe('done');
    const after = await tasks.findById(taken?._id).lean();
    expect(after).toMatchObject({ fence: 2, tries: 1 });

    held.goOn();
    await held.answering();
    await delay(3_000);
    expect(await tasks.findById(taken?._id).lean()).toEqual(after);
    const notes = (await story.history(instance)).filter(
      ({ cause }) => cause.kind === 'task' && cause.task === taken?._id,
    );
    expect(notes).toHaveLength(1);
    // both processes have sent it, as one and the same mail
    const sent = mails.mails().filter(({ messageId }) => messageId === mail.messageId);
    expect(sent).toHaveLength(2);
    const others = mails.mails().filter(({ messageId }) => messageId !== mail.messageId);
    expect(new Set(others.map(({ messageId }) => messageId)).size).toBe(others.length);
  });

  test('a process whose clock is an hour ahead fires no deadline early', async () => {
    const story = await scene();
    const ahead = await story.server({ NODE_OPTIONS: `--import=${AHEAD.href}` });
    const right = await story.server();
    const begunAt = Date.now();
    const instances = [
      await story.start(ahead.url, 'short-wait', 'Begun where it is later'),
      await story.start(right.url, 'short-wait', 'Begun at the right time'),
    ];
    for (const instance of instances) {
      const state = async () => (await story.store.instances.get(instance))?.state;
      await expect.poll(state, { timeout: 40_000 }).toBe('waitingOn');
      // half an hour is not over on the one clock that counts
      await delay(2_000);
      const history = await story.history(instance);
      const [first] = history;
      const fired = history.filter(({ event }) => event.type === 'concordat.deadline');
      expect(fired).toHaveLength(1);
      const opened = Date.parse(first?.at ?? '');
      expect(Math.abs(opened - begunAt)).toBeLessThan(20_000);
      expect(Date.parse(fired[0]?.at ?? '')).toBeGreaterThanOrEqual(opened + 8_000);
      expect(await state()).toBe('waitingOn');
    }
  });
});
