import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asker } from '../../../server/access/asker.ts';
import { loadHead } from '../../../server/runtime/head.ts';
import type { Organisation, Partnership } from '../../../server/store/directory.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { controlsOf, textOf } from '../../support/page-text.ts';
import { type TestBrowser, type TestServer, startTestServer } from '../../support/test-server.ts';

describe('a field that opened with what is recorded and is emptied', () => {
  let server: TestServer;
  let place: Partnership;
  let council: Organisation;
  let coordinator: TestBrowser;
  let asCoordinator: Asker;

  beforeAll(async () => {
    server = await startTestServer();
    council = await server.organisation('Moorland Council');
    const charity = await server.organisation('Harbour Refuge');
    place = await server.partnership('North Coast', [council, charity]);
    coordinator = await server.signIn(server.administrator);
    asCoordinator = { kind: 'person', person: server.administrator };
  });
  afterAll(() => server.stop());

  async function plan(): Promise<void> {
    await sendEvent(server.services, asCoordinator, {
      instance: place.instance,
      event: 'PLAN_STAGE',
      fields: { needsDue: '2027-09-30', fundingDue: '2027-10-31' },
    });
  }

  async function recorded() {
    const { store, workflows } = server.services;
    const head = await loadHead(store, workflows, place.instance);
    const { timers = [], snapshot } = head?.commit ?? {};
    const due = timers.filter(({ dueAt }) => dueAt !== null).map(({ deadline }) => deadline);
    return { data: snapshot?.data ?? {}, due };
  }

  test('takes its date away, so that nobody is reminded of it, and the history says so', async () => {
    await plan();
    expect((await recorded()).due).toEqual(expect.arrayContaining(['needsDue', 'fundingDue']));
    const path = `/instances/${place.instance}/do/PLAN_STAGE`;
    const page = await coordinator.get(path);
    const controls = controlsOf(page.text);
    expect(controls).toMatchObject({ 'needsDue.year': '2027', 'fundingDue.month': '10' });
    const emptied = { 'needsDue.day': '', 'needsDue.month': '', 'needsDue.year': '' };
    let answer = await coordinator.post(path, { ...controls, ...emptied });
    if (answer.status === 200) {
      answer = await coordinator.post(path, { ...controlsOf(answer.text), _step: 'send' });
    }
    expect(answer.status).toBe(303);
    const { data, due } = await recorded();
    expect(data).not.toHaveProperty('needsDue');
    expect(data).toMatchObject({ fundingDue: '2027-10-31' });
    expect(due).not.toContain('needsDue');
    expect(due).toContain('fundingDue');
    const history = await coordinator.get(`/instances/${place.instance}/history`);
    expect(textOf(history.text)).toMatch(/Agree on local needs.*: taken away/u);
  });

  test('is taken away by null in the API; a field that is not sent stays, a required one is refused', async () => {
    await plan();
    const send = (fields: Record<string, null | string>, event = 'PLAN_STAGE', key?: string) =>
      sendEvent(server.services, asCoordinator, {
        instance: place.instance,
        event,
        fields,
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });
    const first = await send({ needsDue: null }, 'PLAN_STAGE', 'take-away');
    expect(await send({ needsDue: null }, 'PLAN_STAGE', 'take-away')).toMatchObject({
      seq: first.seq,
      repeated: true,
    });
    const { data } = await recorded();
    expect(data).not.toHaveProperty('needsDue');
    expect(data).toMatchObject({ fundingDue: '2027-10-31' });
    await expect(send({ readinessDue: null }, 'ASK_READINESS')).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
