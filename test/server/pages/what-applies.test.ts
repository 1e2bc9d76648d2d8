import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { apiClientOf } from '../../support/api-client.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
let world: SampleWorld;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  world = await sampleWorld(server);
  browser = await server.signIn(world.lead);
});
afterAll(async () => {
  await server.stop();
});

const NEVER_FOR_A_MEMORANDUM = [
  'Edit services and eligibility',
  'Edit the Section 75 arrangements',
  'Start the Section 75 checklist',
  'Stop the variation',
] as const;

test('what can never apply to a record is not offered, not listed as not possible, and refused when sent', async () => {
  const { text } = await browser.get(`/instances/${world.agreement}`);
  expect(text).toContain('>Commitments and contributions<');
  for (const label of NEVER_FOR_A_MEMORANDUM) expect(text, label).not.toContain(label);
  const client = await apiClientOf(server, world.lead);
  const { options } = await client.get<{ options: readonly { label: string }[] }>(
    `/instances/${world.agreement}`,
  );
  const labels = options.map(({ label }) => label);
  expect(labels).toContain('Edit money');
  for (const label of NEVER_FOR_A_MEMORANDUM) expect(labels, label).not.toContain(label);
  await expect(
    sendEvent(server.services, as(world.lead), {
      instance: world.agreement,
      event: 'EDIT_SERVICES',
      fields: {},
    }),
  ).rejects.toMatchObject({
    code: 'gate-not-met',
    userMessage: expect.stringContaining('has no clauses on services') as string,
  });
});

test('what applies to a record and is not possible yet still says why not', async () => {
  const { instance } = await startWorkflow(server.services, as(world.lead), {
    workflow: 'agreement',
    partnership: world.shelter.id,
    form: { title: 'Pooled night care', kind: 'partnership-agreement', isSection75: true },
  });
  await server.worker.drain();
  const { text } = await browser.get(`/instances/${instance}`);
  expect(text).toContain('Edit services and eligibility');
  expect(text).toContain('Edit the Section 75 arrangements');
  const blocked = text.slice(text.indexOf('>Not possible now<'));
  expect(blocked).toContain('Start the Section 75 checklist');
  expect(blocked).toContain('It is not said yet what the agreement sets up under section 75.');
  expect(text).not.toContain('Stop the variation');
});

test('a text that is being signed for the first time is said to be not in force yet, in one sentence', async () => {
  const row = await server.services.store.instances.get(world.agreement);
  expect(row?.stateTitle).toBe('Being drafted; not in force yet');
  const { text } = await browser.get(`/instances/${world.agreement}`);
  expect(text).toMatch(/Being drafted<\/strong>/u);
  expect(text).toMatch(/Not in force yet<\/strong>/u);
});
