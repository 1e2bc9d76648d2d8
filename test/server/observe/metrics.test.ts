import { expect, onTestFinished, test } from 'vitest';
import { isConcordatError } from '../../../engine/errors.ts';
import { serveMetrics } from '../../../server/observe/metrics-listener.ts';
import { freePort } from '../../support/free-port.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { storyWorkflows } from '../../faults/story-workflows.ts';
import { cast, tellStory } from '../../faults/told-story.ts';

const workflows = storyWorkflows();

async function watchedServer(): Promise<{
  readonly server: TestServer;
  readonly figures: () => Promise<string>;
  readonly address: string;
}> {
  const settings = { CONCORDAT_METRICS: '9464' };
  const server = await startTestServer({ workflows, settings });
  onTestFinished(() => server.stop());
  const { services } = server;
  if (services.metrics === null) throw new Error('no figures');
  const place = { host: '127.0.0.1', port: await freePort() };
  const listener = await serveMetrics(services, services.metrics, place);
  onTestFinished(() => listener.close());
  const address = `http://127.0.0.1:${listener.port}`;
  return {
    server,
    address,
    figures: async () => (await fetch(`${address}/metrics`)).text(),
  };
}

/** The value of one series, whatever the order of its labels. */
function value(
  figures: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  const line = figures
    .split('\n')
    .find((one) => one.startsWith(name) && wanted.every((label) => one.includes(label)));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

test('the figures count what was done, by workflow, code, route, kind and outcome', async () => {
  const { server, figures } = await watchedServer();
  const people = await cast(server);
  await tellStory(server, people);
  const browser = await server.signIn(people.manager);
  expect((await browser.get('/l/no-such-token')).status).toBe(404);
  expect((await browser.get('/set-up/readiness')).status).toBe(403);
  const said = await figures();
  const round = { workflow: 'approval-round', outcome: 'committed' };
  expect(value(said, 'concordat_steps_total', round)).toBeGreaterThanOrEqual(4);
  expect(value(said, 'concordat_step_seconds_count')).toBeGreaterThanOrEqual(5);
  expect(value(said, 'concordat_refusals_total', { code: 'not-found' })).toBe(1);
  expect(value(said, 'concordat_refusals_total', { code: 'not-allowed' })).toBe(1);
  const opened = { method: 'GET', route: '/l/:token', status: '4xx' };
  expect(value(said, 'concordat_http_requests_total', opened)).toBe(1);
  expect(
    value(said, 'concordat_http_request_seconds_count', { route: '/l/:token' }),
  ).toBeGreaterThan(2);
  expect(value(said, 'concordat_tasks_total', { kind: 'ask', outcome: 'done' })).toBeGreaterThan(1);
  expect(value(said, 'concordat_task_lateness_seconds_count', { lane: 'mail' })).toBeGreaterThan(1);
  expect(value(said, 'concordat_mails_total', { outcome: 'sent' })).toBeGreaterThan(2);
  const appends = { operation: 'commits.append' };
  expect(value(said, 'concordat_store_seconds_count', appends)).toBeGreaterThan(4);
  expect(value(said, 'concordat_store_up')).toBe(1);
  expect(value(said, 'concordat_tasks_parked')).toBe(0);
  expect(value(said, 'concordat_task_lag_seconds')).toBe(0);
  expect(value(said, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('no label names a person, an address, an id or a token, and no asker can make new series', async () => {
  const { server, figures } = await watchedServer();
  const people = await cast(server);
  const { instance } = await tellStory(server, people);
  const browser = await server.signIn(people.manager);
  await browser.get(`/instances/${instance}`);
  await browser.get('/nowhere');
  await browser.get('/l/first');
  await fetch(`${server.url}/api/v1/nothing`, { method: 'PROPFIND' });
  const before = await figures();
  for (let n = 0; n < 20; n += 1) {
    await browser.get(`/l/token-${n}`);
    await browser.get(`/nowhere/${n}/amina@northshire.example`);
    await browser.get(`/instances/${instance}?q=${n}`);
  }
  await fetch(`${server.url}/api/v1/nothing`, { method: 'MKCOL' });
  const said = await figures();
  const names = (text: string): readonly string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('concordat_'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(names(said)).toEqual(names(before));
  const all = [server.administrator, people.manager, ...people.executives];
  for (const secret of [
    instance,
    people.partnership,
    browser.cookie().split('=')[1] ?? '',
    ...all.flatMap(({ id, name, email }) => [id, name, email]),
  ]) {
    expect(secret).not.toBe('');
    expect(said).not.toContain(secret);
  }
  expect(said).not.toContain('@');
});

test('while the store does not answer the figures say so, and show no old ones', async () => {
  const { server, figures } = await watchedServer();
  expect(value(await figures(), 'concordat_tasks_parked')).toBe(0);
  await server.services.store.close();
  const said = await figures();
  expect(value(said, 'concordat_store_up')).toBe(0);
  expect(said).not.toMatch(/^concordat_tasks_parked /mu);
  expect(said).not.toMatch(/^concordat_task_lag_seconds /mu);
});

test('the figures are served alone, and not by the pages', async () => {
  const { server, address } = await watchedServer();
  expect((await server.browser().get('/metrics')).status).toBe(404);
  expect((await fetch(`${address}/health/live`)).status).toBe(404);
  expect((await fetch(`${address}/metrics`, { method: 'POST' })).status).toBe(404);
  const answer = await fetch(`${address}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
});

test('a port that is taken stops the start, with the name of the setting', async () => {
  const { server, address } = await watchedServer();
  const { services } = server;
  const taken = { host: '127.0.0.1', port: Number(new URL(address).port) };
  const refusal = await serveMetrics(services, services.metrics as never, taken).catch(
    (error: unknown) => error,
  );
  expect(isConcordatError(refusal) && refusal.userMessage).toContain('--metrics');
});

test('without the setting nothing is counted', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  expect(server.services.metrics).toBeNull();
});
