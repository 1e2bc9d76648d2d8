import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { smtpSender } from '../../server/mail/smtp-sender.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { createWorker } from '../../server/worker/worker.ts';
import { scene } from '../server/worker/scene.ts';
import { startMailCatcher } from '../support/mail-catcher.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { asPerson } from './two-servers.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

const CONNECTIONS = 3;
/** Of its own for mails that somebody waits for. */
const AWAITED = 2;
/** A mail is given up after this long: whatever waited for one would wait as long. */
const MAIL_MS = 80_000;
const PROMPT_MS = 50_000;
const RECORDS = 20;
const PAPERS = 4;

test.skipIf(mongo === undefined)(
  'a mail server that hangs holds up no deadline, no document and no page',
  async () => {
    const catcher = await startMailCatcher();
    onTestFinished(() => catcher.close());
    const smtp = { kind: 'smtp', host: '127.0.0.1', port: catcher.port, secure: false } as const;
    const times = { connect: 2_000, silence: MAIL_MS, mail: MAIL_MS, awaited: 1_500 };
    const mail = smtpSender(
      { ...smtp, login: null, startTls: 'off' },
      { times, connections: CONNECTIONS },
    );
    const url = mongo?.newDatabase() ?? '';
    const story = await scene({ mail, store: () => openMongoStore({ url, mode: 'serve' }) });
    const { server, services, place, manager } = story;
    const asker = asPerson(manager);
    const asked: string[] = [];
    for (let n = 0; n < RECORDS; n += 1) asked.push(await story.ask(`Beds ${n}`, '2026-03-30'));
    const papers: string[] = [];
    for (let n = 0; n < PAPERS; n += 1) {
      const form = { text: `Paper ${n}` };
      const request = { workflow: 'paper', partnership: place.id, form };
      papers.push((await startWorkflow(services, asker, request)).instance);
    }
    const browser = await server.signIn(manager);
    catcher.clear();

    catcher.mode('hang');
    story.goTo('2026-03-31');
    const worker = createWorker(services);
    onTestFinished(() => worker.stop());
    worker.start();
    const began = performance.now();
    for (const instance of papers) {
      await sendEvent(services, asker, { instance, event: 'PUBLISH', fields: {} });
    }
    worker.wake();

    const state = { going: true };
    const slowest = { ms: 0, pages: 0 };
    const reading = (async () => {
      while (state.going) {
        const asking = performance.now();
        const { status } = await browser.get(`/instances/${asked[slowest.pages % RECORDS]}`);
        expect(status).toBe(200);
        slowest.ms = Math.max(slowest.ms, performance.now() - asking);
        slowest.pages += 1;
        await delay(50);
      }
    })();
    const open = async (): Promise<number> => {
      const fired = await Promise.all(
        asked.map(async (one) => (await story.history(one)).at(-1)?.snapshot.data['passed'] === 1),
      );
      const rows = await Promise.all(papers.map((one) => services.store.instances.get(one)));
      const left = rows.filter((row) => row?.state !== 'published').length;
      return left + fired.filter((passed) => !passed).length;
    };
    let doneAfter = 0;
    const askForLink = () => server.browser().post('/sign-in', { email: manager.email });
    try {
      await expect.poll(open, { timeout: PROMPT_MS, interval: 200 }).toBe(0);
      doneAfter = performance.now() - began;
      // mails that somebody waits for have connections of their own, and are given up soon
      expect((await askForLink()).status).toBe(200);
    } finally {
      state.going = false;
      await reading;
    }
    expect(slowest.ms).toBeLessThan(PROMPT_MS);
    expect(catcher.mails()).toEqual([]);
    expect(catcher.mostConnections()).toBeLessThanOrEqual(CONNECTIONS + AWAITED);
    console.log(
      `${RECORDS} deadlines and ${PAPERS} documents in ${Math.round(doneAfter)} ms while mail hung; ` +
        `the slowest of ${slowest.pages} pages took ${Math.round(slowest.ms)} ms`,
    );

    await delay(times.awaited);
    const begun = catcher.begun();
    // it cuts all connections at the next mail, and is well again
    catcher.mode('drop');
    expect((await askForLink()).status).toBe(200);
    await expect.poll(() => catcher.begun()).toBeGreaterThan(begun);
    catcher.mode('accept');
    await expect
      .poll(
        async () => {
          story.later(60);
          worker.wake();
          const due = await services.store.tasks.list({ state: 'due', limit: 200 });
          return due.filter(({ nextAt }) => nextAt <= services.clock.now()).length;
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(0);
    const ids = catcher.mails().map(({ messageId }) => messageId);
    expect(ids.length).toBeGreaterThanOrEqual(RECORDS);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await services.store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
  },
  300_000,
);
