import { expect, onTestFinished, test } from 'vitest';
import type { Faults, WritePoint } from '../../server/store/lmdb/faults.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { expectWholeStory } from './expect-whole-story.ts';
import { storyWorkflows } from './story-workflows.ts';
import { cast, tellStory } from './told-story.ts';

const workflows = storyWorkflows();

interface Armed {
  readonly moment: Parameters<Faults>[0];
  readonly point: WritePoint;
  readonly code: string;
  /** Which of the writes at this point fails, counted from 1. */
  readonly nth: number;
}

/** A server whose store can be told to fail; answers how many writes there were at each point. */
async function faultyServer(): Promise<{
  readonly server: TestServer;
  readonly directory: () => string;
  readonly arm: (armed: Armed | null) => void;
  readonly writes: ReadonlyMap<WritePoint, number>;
}> {
  let armed: Armed | null = null;
  let folder = '';
  const writes = new Map<WritePoint, number>();
  const faults: Faults = (moment, point) => {
    if (moment === 'before-commit') writes.set(point, (writes.get(point) ?? 0) + 1);
    if (armed?.moment !== moment || armed.point !== point) return;
    if (writes.get(point) !== armed.nth) return;
    const { code } = armed;
    armed = null;
    throw Object.assign(new Error(`${code}: injected`), { code });
  };
  const server = await startTestServer({
    workflows,
    store: (directory) => {
      folder = directory;
      return openLmdbStore({ directory, mode: 'serve', faults });
    },
  });
  onTestFinished(() => server.stop());
  return {
    server,
    directory: () => folder,
    writes,
    arm(next) {
      armed = next;
      writes.clear();
    },
  };
}

const POINTS: readonly WritePoint[] = [
  'append',
  'project',
  'claim',
  'finish-task',
  'link',
  'mail',
  'session',
  'check',
  'document',
  'document-file',
];
/** What a person waits for, as against mails, and what the worker does later by itself. */
const PERSONS: readonly WritePoint[] = ['link', 'session', 'check', 'document', 'document-file'];
/** The commits of the story that somebody waits for: start, note, and after the mails two approvals. */
const PERSONS_COMMITS: readonly number[] = [1, 2, 6, 7];

test('a story without faults makes every kind of write', async () => {
  const { server, arm, writes } = await faultyServer();
  const people = await cast(server);
  arm(null);
  const { instance, refusals } = await tellStory(server, people);
  expect(refusals).toEqual([]);
  await expectWholeStory(server, instance);
  expect([...writes.keys()].sort()).toEqual([...POINTS].sort());
});

interface Fault {
  readonly point: WritePoint;
  readonly moment: Armed['moment'];
  readonly nth: number;
}

/** Each point before and after, and the history's own at each commit of the story. */
const FAULTS: readonly Fault[] = [
  ...POINTS.filter((point) => point !== 'append').flatMap((point): Fault[] => [
    { point, moment: 'before-commit', nth: 1 },
    ...(point === 'document-file' ? [] : [{ point, moment: 'after-commit' as const, nth: 1 }]),
  ]),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((nth): Fault => {
    return { point: 'append', moment: nth % 2 === 0 ? 'after-commit' : 'before-commit', nth };
  }),
];

test.each(FAULTS)(
  'a disk that is full $moment of $point $nth is said plainly, and the story goes on to its end',
  async ({ point, moment, nth }) => {
    const { server, arm } = await faultyServer();
    const people = await cast(server);
    arm({ point, moment, code: 'ENOSPC', nth });
    const { instance, refusals } = await tellStory(server, people);
    for (const { status, retryAfter, text, path } of refusals) {
      expect(status, path).toBe(503);
      expect(retryAfter ?? '', path).toMatch(/^\d+$/);
      expect(text, path).toContain('the disk is full');
      expect(text, path).not.toMatch(/ENOSPC|injected|at \w+ \(/);
    }
    const asked = point === 'append' ? PERSONS_COMMITS.includes(nth) : PERSONS.includes(point);
    if (point === 'check') {
      // what the health page has found it says for a second
      expect(refusals.length).toBeGreaterThan(0);
      expect(new Set(refusals.map(({ path }) => path))).toEqual(new Set(['/health/ready']));
    } else if (asked && point === 'append' && moment === 'after-commit') {
      // it was kept, so the answer may be found at once
      expect(refusals.length).toBeLessThan(2);
    } else {
      expect(refusals).toHaveLength(asked ? 1 : 0);
    }
    await expectWholeStory(server, instance);
  },
);

test('a program is told of a full disk as a problem, and finds what was recorded under its key', async () => {
  const { server, arm } = await faultyServer();
  const { partnership, manager } = await cast(server);
  const label = 'Case system';
  const made = await createToken(server.services, { email: manager.email, label, expires: null });
  const send = (): Promise<Response> =>
    fetch(`${server.url}/api/v1/instances`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${made.token}`,
        'content-type': 'application/json',
        'idempotency-key': 'one',
      },
      body: JSON.stringify({ workflow: 'approval-round', partnership, form: { subject: 'A van' } }),
    });
  for (const moment of ['before-commit', 'after-commit'] as const) {
    arm({ point: 'append', moment, code: 'ENOSPC', nth: 1 });
    const answer = await send();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      code: 'store-full',
      detail: expect.stringContaining('the disk is full'),
    });
  }
  const again = (await (await send()).json()) as { instance: string };
  const rounds = await server.services.store.instances.list({
    workflow: 'approval-round',
    limit: 9,
  });
  expect(rounds.rows.map(({ id, seq }) => [id, seq])).toEqual([[again.instance, 1]]);
});

test('after a disk error nothing more is written, what is there can be read, and it is whole', async () => {
  const { server, arm, directory } = await faultyServer();
  const { partnership, manager } = await cast(server);
  const browser = await server.signIn(manager);
  const start = `/partnerships/${partnership}/start/approval-round`;
  const sent = (subject: string): ReturnType<typeof browser.post> =>
    browser.post(start, { subject, _key: subject, _step: 'send' });
  const before = await sent('kept');
  expect(before.status).toBe(303);
  arm({ point: 'append', moment: 'before-commit', code: 'EIO', nth: 1 });
  for (const subject of ['first', 'second']) {
    const refused = await sent(subject);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.text).toContain('its disk is healthy');
    // What was typed is still in the form.
    expect(refused.text).toContain(`value="${subject}"`);
  }
  expect((await browser.get(before.location ?? '')).status).toBe(200);
  expect((await browser.get('/health/ready')).status).toBe(503);
  expect((await browser.get('/health/live')).status).toBe(200);
  await server.services.store.close();
  const again = await openLmdbStore({ directory: directory(), mode: 'serve' });
  onTestFinished(() => again.close());
  expect((await verifyStore(again)).findings).toEqual([]);
  const { rows } = await again.instances.list({ workflow: 'approval-round', limit: 9 });
  expect(rows.map(({ title }) => title)).toEqual(['Approval: kept']);
});
