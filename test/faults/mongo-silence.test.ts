import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { apiClientOf, type Problem } from '../support/api-client.ts';
import { cuttingProxy, type ProxyMood } from '../support/cutting-proxy.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { postedControls } from '../support/posted-controls.ts';
import { startTestServer } from '../support/test-server.ts';
import { workflowFolder } from '../support/workflow-folder.ts';

const SECONDS = 3;
/** For a busy machine; less than the driver itself waits for an answer. */
const IN_TIME_MS = (SECONDS + 4) * 1_000;
/** The driver gives a silent connection up after ten seconds, and tries the same again on another. */
const WELL_AGAIN = { timeout: 60_000, interval: 500 };

// through a proxy only a server that does not send us elsewhere can be reached
const mongo = process.env['MONGO_URL'] ? undefined : await startMongoServer();
afterAll(() => mongo?.stop());

type Finishing = Pick<TestContext, 'onTestFinished'>;

async function scene({ onTestFinished }: Finishing) {
  const direct = mongo?.newDatabase() ?? '';
  const proxy = await cuttingProxy(Number(new URL(direct).port));
  onTestFinished(() => proxy.close());
  const server = await startTestServer({
    workflows: workflowFolder(),
    settings: { CONCORDAT_ANSWER_WITHIN: String(SECONDS) },
    store: () =>
      openMongoStore({ url: direct.replace(/:\d+\//u, `:${proxy.port}/`), mode: 'serve' }),
  });
  onTestFinished(() => server.stop());
  const health = await server.organisation('Harbour');
  const place = await server.partnership('Safe at home', [health]);
  const manager = await server.member(place, health, 'Mary Manager', ['manager']);
  const browser = await server.signIn(manager);
  const program = await apiClientOf(server, manager);
  /** A program's request under its key; what it gets, also when it is refused. */
  const send = (path: string, key: string, body: unknown) =>
    program.send('POST', path, {
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
  const start = (subject: string) =>
    send('/instances', subject, {
      workflow: 'request',
      partnership: place.id,
      form: { subject, amount: 100 },
    });
  const started = async (subject: string): Promise<string> => {
    const { status, json } = await start(subject);
    expect(status).toBe(201);
    return (json as { readonly instance: string }).instance;
  };
  return { direct, proxy, server, browser, program, send, start, started };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work;
  expect(performance.now() - began).toBeLessThan(IN_TIME_MS);
  return result;
}

// most of the time they wait for the driver
describe
  .skipIf(mongo === undefined)
  .concurrent('a database that takes what is asked and says nothing', () => {
    test('has every page and program told in time to try again, and all is well when it speaks', async (context) => {
      const { server, proxy, browser, program, started } = await scene(context);
      const page = `/instances/${await started('Beds')}`;
      expect((await browser.get(page)).status).toBe(200);
      proxy.mood('swallow');
      const asked = [page, '/work', '/partnerships'].map((path) => inTime(browser.get(path)));
      const told = inTime(program.send('GET', page));
      const healthy = inTime(fetch(`${server.url}/health/ready`));
      for (const { status, headers, text } of await Promise.all(asked)) {
        expect(status).toBe(503);
        expect(headers.get('retry-after')).toMatch(/^\d+$/u);
        expect(text).toContain('This took too long. Try again in a minute.');
      }
      expect((await told).json as Problem).toMatchObject({ code: 'store-unreadable', status: 503 });
      expect((await healthy).status).toBe(503);
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
      expect(proxy.broken()).toBeGreaterThan(0);
      proxy.mood('pass');
      const status = async (): Promise<number> => (await browser.get(page)).status;
      await expect.poll(status, WELL_AGAIN).toBe(200);
    });

    test.for<ProxyMood>(['swallow-commits', 'hush-commits'])(
      '%s: nothing that was sent is said to be recorded, and sent again it is recorded once',
      async (mood, context) => {
        const { direct, proxy, server, browser, program, send, start, started } =
          await scene(context);
        const [ours, theirs] = [await started('Beds'), await started('Chairs')];
        const seqOf = async (instance: string): Promise<number> =>
          (await program.get<{ seq: number }>(`/instances/${instance}`)).seq;
        const before = [await seqOf(ours), await seqOf(theirs)];
        const path = `/instances/${ours}/do/COMMENT`;
        const shown = Object.fromEntries(postedControls((await browser.get(path)).text));
        const typed = { ...shown, text: 'Two beds are enough', _step: 'send' };
        const comment = () =>
          send(`/instances/${theirs}/events`, 'enough', {
            event: 'COMMENT',
            fields: { text: 'Two chairs are enough' },
          });

        proxy.mood(mood);
        const [form, ...programs] = await Promise.all([
          inTime(browser.post(path, typed)),
          inTime(comment()),
          inTime(start('Tables')),
        ]);
        expect(form.status).toBe(503);
        expect(form.text).toContain('it is not known whether it was recorded');
        expect(form.text).toContain('You can safely send it again');
        for (const { json } of programs) {
          expect(json as Problem).toMatchObject({
            status: 503,
            detail: expect.stringMatching(
              /not known whether.*again under the same Idempotency-Key/u,
            ),
          });
        }
        expect(proxy.broken()).toBeGreaterThanOrEqual(3);
        // who only reads is not held up
        expect((await inTime(browser.get('/partnerships'))).status).toBe(200);

        proxy.mood('pass');
        const again = Object.fromEntries(postedControls(form.text));
        expect(again['text']).toEqual(['Two beds are enough']);
        const sent = async (): Promise<readonly number[]> => [
          (await browser.post(path, again)).status,
          (await comment()).status,
          (await start('Tables')).status,
        ];
        await expect.poll(sent, WELL_AGAIN).toEqual([303, 200, 201]);
        expect([await seqOf(ours), await seqOf(theirs)]).toEqual(before.map((seq) => seq + 1));
        const { rows } = await server.services.store.instances.list({
          workflow: 'request',
          limit: 9,
        });
        expect(rows.map(({ title }) => title).sort()).toEqual(
          ['Beds', 'Chairs', 'Tables'].map((subject) => `Request: ${subject}`),
        );
        const reader = await openMongoStore({ url: direct, mode: 'read' });
        context.onTestFinished(() => reader.close());
        expect((await verifyStore(reader)).findings).toEqual([]);
      },
    );
  });
