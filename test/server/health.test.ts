import { expect, onTestFinished, test } from 'vitest';
import { ConcordatError } from '../../engine/errors.ts';
import { TASK_RUNNERS } from '../../server/effects/run-task.ts';
import type { MailSender } from '../../server/mail/mail-sender.ts';
import type { HealthPart } from '../../server/observe/check-health.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { createWorker } from '../../server/worker/worker.ts';
import { startRound } from '../faults/start-round.ts';
import { storyWorkflows } from '../faults/story-workflows.ts';
import { cast } from '../faults/told-story.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const workflows = storyWorkflows();

interface Said {
  readonly status: string;
  readonly code?: string;
  readonly why?: string;
  readonly parts: readonly HealthPart[];
}

async function started(own: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const server = await startTestServer({ workflows, ...own });
  onTestFinished(() => server.stop());
  return server;
}

async function ready({ url }: TestServer): Promise<{ answer: Response; said: Said }> {
  const answer = await fetch(`${url}/health/ready`);
  return { answer, said: (await answer.json()) as Said };
}

/** Two mails are due afterwards. */
async function round(server: TestServer): Promise<void> {
  const people = await cast(server);
  const made = { email: people.manager.email, label: 'Case system', expires: null };
  const { token } = await createToken(server.services, made);
  await startRound(server.url, { token, partnership: people.partnership });
}

function partOf({ parts }: Said, name: HealthPart['part']): HealthPart | undefined {
  return parts.find(({ part }) => part === name);
}

test('a healthy server says of each part that it is well, and nothing to do', async () => {
  const { answer, said } = await ready(await started());
  expect(answer.status).toBe(200);
  expect(said).toMatchObject({ status: 'ready', parkedTasks: 0, taskLagSeconds: 0 });
  expect(said.parts.map(({ part }) => part)).toEqual([
    'server',
    'records',
    'tasks',
    'mail',
    'documents',
  ]);
  for (const { state, says, todo } of said.parts) {
    expect([state, todo]).toEqual(['ok', null]);
    expect(says).toMatch(/^[A-Z].*\.$/u);
  }
});

test('records that cannot be written make it not ready, with what to do, while it lives', async () => {
  const server = await started();
  await server.services.store.close();
  const { answer, said } = await ready(server);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('30');
  expect(said.status).toBe('not ready');
  expect(partOf(said, 'records')?.state).toBe('failed');
  expect(partOf(said, 'records')?.todo).toBe(said.why);
  expect(said.why?.length).toBeGreaterThan(20);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
});

test('a mail server that is away is told, and turns nobody away', async () => {
  const away = { is: true };
  const mail: MailSender = {
    kind: 'smtp',
    async send() {
      if (!away.is) return { response: '250' };
      throw new ConcordatError('mail-unavailable', 'gone', { userMessage: 'Look at the cable.' });
    },
    verify: async () => undefined,
    abandon: () => undefined,
    close: async () => undefined,
    describe: () => 'a mail server',
  };
  const server = await started({ mail });
  away.is = false;
  await round(server);
  away.is = true;
  await server.worker.drain();
  const { answer, said } = await ready(server);
  expect(answer.status).toBe(200);
  const { state, says, todo } = partOf(said, 'mail') ?? {};
  expect([state, todo]).toEqual(['attention', 'Look at the cable.']);
  expect(says).toContain(server.clock.now());
  away.is = false;
  server.clock.advanceTo(new Date(Date.parse(server.clock.now()) + 60_000).toISOString());
  await server.worker.drain();
  await expect.poll(async () => partOf((await ready(server)).said, 'mail')?.state).toBe('ok');
});

test('work that is late or given up is told to whoever looks, and to the administrator', async () => {
  const server = await started();
  await round(server);
  server.clock.advanceTo(new Date(Date.parse(server.clock.now()) + 3_600_000).toISOString());
  const late = await ready(server);
  expect(late.answer.status).toBe(200);
  expect(partOf(late.said, 'tasks')).toMatchObject({
    state: 'attention',
    says: 'Mails and deadlines are late: the oldest has been due for 60 minutes.',
  });
  const failing = createWorker(server.services, {
    maxTries: 1,
    runners: { ...TASK_RUNNERS, ask: () => Promise.reject(new Error('this cannot be done')) },
  });
  await failing.drain();
  const tasks = async () => partOf((await ready(server)).said, 'tasks');
  await expect.poll(async () => (await tasks())?.says).toContain('given up after many tries');
  expect((await tasks())?.todo).toContain('“Parked tasks”');
  const browser = await server.signIn(server.administrator);
  const page = await browser.get('/set-up/readiness');
  expect(page.text).toContain('given up after many tries');
});

test('a record whose mails and deadlines have stopped, because it is damaged, is told to whoever looks', async () => {
  const server = await started({
    async store(directory) {
      const store = await openLmdbStore({ directory, mode: 'serve' });
      return { ...store, tasks: { ...store.tasks, stuck: async () => ['a-record'] } };
    },
  });
  const { answer, said } = await ready(server);
  expect(answer.status).toBe(200);
  expect(partOf(said, 'tasks')).toMatchObject({
    state: 'attention',
    says: expect.stringContaining('Mails and deadlines of one record have stopped'),
    todo: expect.stringContaining('restore the newest backup'),
  });
});

test('however often anybody asks, the disk is not kept busy by it', async () => {
  let checks = 0;
  const server = await started({
    async store(directory) {
      const store = await openLmdbStore({ directory, mode: 'serve' });
      return {
        ...store,
        check() {
          checks += 1;
          return store.check();
        },
      };
    },
  });
  const began = performance.now();
  for (let n = 0; n < 200; n += 1) expect((await ready(server)).answer.status).toBe(200);
  expect(checks).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
});
