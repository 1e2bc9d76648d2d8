import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../../server/store/store.ts';
import { apiClientOf, type Problem } from '../../support/api-client.ts';
import { postedControls } from '../../support/posted-controls.ts';
import { startTestServer } from '../../support/test-server.ts';
import { workflowFolder } from '../../support/workflow-folder.ts';

/** What of the store is silent: 'unheard' never reaches it, 'untold' is done and never answered. */
interface Silence {
  /** Calls such as `commits.append`, or all there are. */
  readonly calls: Map<string, 'unheard' | 'untold'>;
  /** Lets all that hangs come to its answer. */
  readonly speak: () => Promise<void>;
}

const ALL = 'all';
const SECONDS = 1;
/** For a busy machine, and half a second for the frame of the page. */
const IN_TIME_MS = (SECONDS + 4) * 1_000;

function silent(store: Store): { readonly store: Store; readonly silence: Silence } {
  const calls: Silence['calls'] = new Map();
  let hung: (() => Promise<void>)[] = [];
  function call(name: string, work: () => Promise<unknown>): Promise<unknown> {
    const how = calls.get(name) ?? calls.get(ALL);
    if (how === undefined) return work();
    const done = how === 'untold' ? work() : undefined;
    return new Promise((resolve, reject) => {
      hung.push(() => (done ?? work()).then(resolve, reject));
    });
  }
  const spoken = Object.entries(store).map(([port, part]: [string, unknown]) => {
    if (typeof part !== 'object' || part === null) return [port, part];
    const methods = Object.entries(part).map(([name, one]: [string, unknown]) =>
      typeof one === 'function' && name !== 'listen'
        ? [
            name,
            (...given: unknown[]) =>
              call(`${port}.${name}`, async () => Reflect.apply(one, part, given) as unknown),
          ]
        : [name, one],
    );
    return [port, Object.fromEntries(methods) as object];
  });
  return {
    store: Object.fromEntries(spoken) as Store,
    silence: {
      calls,
      speak: async () => {
        calls.clear();
        const waiting = hung;
        hung = [];
        await Promise.allSettled(waiting.map((one) => one()));
      },
    },
  };
}

async function scene() {
  let silence: Silence | undefined;
  const server = await startTestServer({
    workflows: workflowFolder(),
    settings: { CONCORDAT_ANSWER_WITHIN: String(SECONDS) },
    store: async (directory) => {
      const made = silent(await openLmdbStore({ directory, mode: 'serve' }));
      silence = made.silence;
      return made.store;
    },
  });
  if (!silence) throw new Error('no store was opened');
  const { calls, speak } = silence;
  onTestFinished(async () => {
    await speak();
    await server.stop();
  });
  const health = await server.organisation('Harbour');
  const place = await server.partnership('Safe at home', [health]);
  const manager = await server.member(place, health, 'Mary Manager', ['manager']);
  const browser = await server.signIn(manager);
  const program = await apiClientOf(server, manager);
  const form = { subject: 'Beds', amount: 100 };
  const { instance } = await program.post<{ instance: string }>('/instances', {
    workflow: 'request',
    partnership: place.id,
    form,
  });
  const seqOf = async (): Promise<number> =>
    (await program.get<{ seq: number }>(`/instances/${instance}`)).seq;
  return { server, place, manager, browser, program, instance, seqOf, calls, speak };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work;
  expect(performance.now() - began).toBeLessThan(IN_TIME_MS);
  return result;
}

test.each([
  ALL,
  'sessions.get',
  'directory.person',
  'directory.membershipsOf',
  'installation.get',
  'commits.head',
])('while %s says nothing a page is answered with what to do, in time', async (name) => {
  const { browser, instance, calls, speak } = await scene();
  calls.set(name, 'unheard');
  const page = await inTime(browser.get(`/instances/${instance}`));
  expect(page.status).toBe(503);
  expect(page.headers.get('retry-after')).toMatch(/^\d+$/u);
  expect(page.text).toContain('This took too long. Try again in a minute.');
  await speak();
  expect((await browser.get(`/instances/${instance}`)).status).toBe(200);
});

test('a program is answered in time as well, in problem details', async () => {
  const { program, instance, calls } = await scene();
  calls.set(ALL, 'unheard');
  const { status, headers, json } = await inTime(program.send('GET', `/instances/${instance}`));
  expect(status).toBe(503);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(headers.get('retry-after')).toMatch(/^\d+$/u);
  expect(json as Problem).toMatchObject({ code: 'store-unreadable', status: 503 });
});

test.each(['unheard', 'untold'] as const)(
  'a form whose commit was %s says that it may be recorded, and sent again it is recorded once',
  async (how) => {
    const { browser, instance, seqOf, calls, speak } = await scene();
    const path = `/instances/${instance}/do/COMMENT`;
    const shown = Object.fromEntries(postedControls((await browser.get(path)).text));
    const before = await seqOf();
    calls.set('commits.append', how);
    const typed = { ...shown, text: 'Two beds are enough', _step: 'send' };
    const refused = await inTime(browser.post(path, typed));
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('it is not known whether it was recorded');
    expect(refused.text).toContain('You can safely send it again');
    expect(refused.text).not.toContain('Nothing was recorded');
    calls.clear();
    const again = Object.fromEntries(postedControls(refused.text));
    expect(again['text']).toEqual(['Two beds are enough']);
    // what hangs in the middle of the first sending is over before the second gets its turn, or is not
    if (how === 'unheard') await speak();
    const sending = browser.post(path, again);
    await speak();
    expect((await sending).status).toBe(303);
    expect(await seqOf()).toBe(before + 1);
  },
);

test('what is begun by a form, or by a program under its key, is there once after it was sent again', async () => {
  const { server, place, browser, program, calls, speak } = await scene();
  const started = async (): Promise<number> => {
    const { rows } = await server.services.store.instances.list({ workflow: 'request', limit: 99 });
    return rows.length;
  };
  const path = `/partnerships/${place.id}/start/request`;
  const shown = Object.fromEntries(postedControls((await browser.get(path)).text));
  const typed = { ...shown, subject: 'Chairs', amount: '20', _step: 'send' };
  calls.set('commits.append', 'untold');
  const refused = await inTime(browser.post(path, typed));
  expect(refused.text).toContain('You can safely send it again');
  await speak();
  const again = Object.fromEntries(postedControls(refused.text));
  expect((await browser.post(path, again)).status).toBe(303);
  expect(await started()).toBe(2);

  const tables = {
    workflow: 'request',
    partnership: place.id,
    form: { subject: 'Tables', amount: 1 },
  };
  const send = () =>
    program.send('POST', '/instances', {
      headers: { 'content-type': 'application/json', 'idempotency-key': 'tables' },
      body: JSON.stringify(tables),
    });
  calls.set('commits.append', 'untold');
  expect((await inTime(send())).json as Problem).toMatchObject({
    status: 503,
    detail: expect.stringMatching(/not known whether.*again under the same Idempotency-Key/u),
  });
  await speak();
  expect((await send()).status).toBe(201);
  expect(await started()).toBe(3);
});

test('a form without a key asks to look first', async () => {
  const { server, calls } = await scene();
  const administrator = await server.signIn(server.administrator);
  calls.set('directory.putOrganisation', 'untold');
  const typed = { name: 'Łódź Health', kind: 'nhs' };
  const refused = await inTime(administrator.post('/organisations/new', typed));
  expect(refused.status).toBe(503);
  expect(refused.text).toContain('look whether it is there before you send it again');
  expect(refused.text).toContain('value="Łódź Health"');
});

test('what a request comes to after its time breaks no later one on the same connection', async () => {
  const { server, browser, instance, calls, speak } = await scene();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const look = (): Promise<{ readonly status: number; readonly text: string }> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest(
        `${server.url}/instances/${instance}`,
        { agent, headers: { cookie: browser.cookie() } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (more: string) => (text += more));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        },
      );
      asked.on('error', reject).end();
    });
  calls.set('commits.head', 'unheard');
  expect((await look()).status).toBe(503);
  calls.clear();
  const next = look();
  await speak();
  const { status, text } = await next;
  expect(status).toBe(200);
  expect(text.trim().endsWith('</html>')).toBe(true);
});

test('whoever sends slowly is not taken for somebody who waits', async () => {
  const { server } = await scene();
  const administrator = await server.signIn(server.administrator);
  const boundary = 'slow';
  const part = (name: string, value: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const status = await new Promise<number>((resolve, reject) => {
    const headers = {
      cookie: administrator.cookie(),
      origin: server.url,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    };
    const asked = httpRequest(`${server.url}/organisations/new`, { method: 'POST', headers });
    asked.on('error', reject).on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    void (async () => {
      for (const piece of [part('kind', 'nhs'), part('name', 'Slow'), `--${boundary}--\r\n`]) {
        asked.write(piece.slice(0, 10));
        await delay(SECONDS * 700);
        asked.write(piece.slice(10));
      }
      asked.end();
    })();
  });
  expect(status).toBe(303);
});

test('a page that has nothing left but to keep its session does not wait for a silent store', async () => {
  const { server, browser, calls } = await scene();
  const administrator = await server.signIn(server.administrator);
  // a page with a notice changes its session, which is kept at the end of the answer
  await administrator.post('/organisations/new', { name: 'Harbour Two', kind: 'nhs' });
  calls.set('sessions.set', 'unheard');
  const page = await inTime(administrator.get('/organisations'));
  expect(page.status).toBe(200);
  expect(page.text).toContain('Harbour Two has been added');
  expect(page.text.trim().endsWith('</html>')).toBe(true);
  expect((await inTime(browser.get('/work'))).status).toBe(200);
});
