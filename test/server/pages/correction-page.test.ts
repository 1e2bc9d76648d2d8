import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asker } from '../../../server/access/asker.ts';
import type { Organisation, Partnership, Person } from '../../../server/store/directory.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { controlsOf, errorsIn, textOf } from '../../support/page-text.ts';
import { type TestBrowser, type TestServer, startTestServer } from '../../support/test-server.ts';
import { workflowFolder } from '../../support/workflow-folder.ts';

const as = (person: Person): Asker => ({ kind: 'person', person });

describe('corrections', () => {
  let folder: string;
  let server: TestServer;
  let place: Partnership;
  let council: Organisation;
  let manager: Person;
  let coordinator: TestBrowser;

  beforeAll(async () => {
    folder = workflowFolder();
    server = await startTestServer({ workflows: folder });
    council = await server.organisation('Moorland Council');
    const charity = await server.organisation('Harbour Refuge');
    place = await server.partnership('North Coast', [council, charity]);
    manager = await server.member(place, council, 'Marta Manager', ['manager']);
    coordinator = await server.signIn(server.administrator);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function planned(): Promise<string> {
    const { instance } = await startWorkflow(server.services, as(manager), {
      workflow: 'request',
      partnership: place.id,
      form: { subject: 'A shared van', amount: 125_050 },
    });
    await sendEvent(server.services, as(manager), {
      instance,
      event: 'PLAN',
      fields: { reviewOn: '2026-06-01', urgency: 'now', contact: '020 7946 0000' },
    });
    return instance;
  }

  const date = { 'reviewOn.day': '8', 'reviewOn.month': '6', 'reviewOn.year': '2026' };

  test('a corrected date moves its deadline; before it is recorded both dates are shown', async () => {
    const id = await planned();
    const path = `/instances/${id}/correct?field=reviewOn`;
    const page = await coordinator.get(path);
    expect(controlsOf(page.text)).toMatchObject({ 'reviewOn.day': '1', 'reviewOn.month': '6' });
    const typed = {
      ...controlsOf(page.text),
      ...date,
      'reason-of-correction': 'A slip of the pen',
    };
    const check = await coordinator.post(path, typed);
    expect(check.status).toBe(200);
    const shown = textOf(check.text);
    expect(shown).toContain('Review date: was 1 June 2026, is now 8 June 2026');
    expect(shown).toContain(
      'The review is due: moved from the end of 1 June 2026 (London time) to the end of 8 June 2026 (London time)',
    );
    expect((await server.services.store.commits.head(id))?.seq).toBe(2);
    const sent = await coordinator.post(path, { ...controlsOf(check.text), _step: 'send' });
    expect(sent).toMatchObject({ status: 303, location: `/instances/${id}` });
    const after = textOf((await coordinator.get(`/instances/${id}`)).text);
    expect(after).toContain('The review is due the end of 8 June 2026 (London time)');
    const history = textOf((await coordinator.get(`/instances/${id}/history`)).text);
    expect(history).toContain(
      'Corrected: Review date Amina Yusuf, Northshire Council (Coordinator)',
    );
    expect(history).toContain('Review date: was 1 June 2026, is now 8 June 2026');
    expect(history).toContain('Why: A slip of the pen');
    expect(history).toContain('moved from the end of 1 June 2026');
    expect(history).toContain('Review planned for 1 June 2026');
  });

  test('those concerned are told, and the history says whom', async () => {
    const id = await planned();
    const path = `/instances/${id}/correct?field=reviewOn`;
    const page = await coordinator.get(path);
    const typed = { ...controlsOf(page.text), ...date, 'reason-of-correction': 'Typing error' };
    await coordinator.post(path, { ...typed, _step: 'send' });
    await server.worker.drain();
    const history = textOf((await coordinator.get(`/instances/${id}/history`)).text);
    expect(history).toMatch(/E-mail sent to (?:Amina Yusuf and )?Marta Manager/u);
  });

  test('a reason is required, and nothing to correct is no correction', async () => {
    const id = await planned();
    const path = `/instances/${id}/correct?field=reviewOn`;
    const controls = controlsOf((await coordinator.get(path)).text);
    const without = await coordinator.post(path, { ...controls, ...date });
    expect(without.status).toBe(422);
    expect(errorsIn(without.text)).toEqual(['Answer the question: Why is this corrected?']);
    expect(controlsOf(without.text)['reviewOn.day']).toBe('8');
    const same = await coordinator.post(path, { ...controls, 'reason-of-correction': 'None' });
    expect(same.status).toBe(422);
    expect(errorsIn(same.text)[0]).toContain('Nothing is different');
  });

  test('an answer is taken away by leaving it empty; a personal one is shown and still not in the chain', async () => {
    const id = await planned();
    const path = `/instances/${id}/correct?field=contact&field=urgency`;
    const controls = controlsOf((await coordinator.get(path)).text);
    expect(controls['contact']).toBe('020 7946 0000');
    const typed = {
      ...controls,
      contact: '',
      urgency: 'later',
      'reason-of-correction': 'Has moved',
    };
    const check = await coordinator.post(path, typed);
    expect(textOf(check.text)).toContain('Telephone: was 020 7946 0000, is now left open');
    await coordinator.post(path, { ...controlsOf(check.text), _step: 'send' });
    const page = textOf((await coordinator.get(`/instances/${id}`)).text);
    expect(page).toContain('It can wait');
    expect(page).not.toContain('Telephone 020');
    const texts = await server.services.store.commits.history(id, { limit: 10 });
    expect(texts.some(({ text }) => text.includes('7946'))).toBe(false);
  });

  test('lists are corrected row by row', async () => {
    const id = await planned();
    await sendEvent(server.services, as(manager), {
      instance: id,
      event: 'COMMENT',
      fields: { text: 'Speling' },
    });
    const path = `/instances/${id}/correct?field=comments`;
    const controls = controlsOf((await coordinator.get(path)).text);
    expect(controls['comments[0].text']).toBe('Speling');
    const typed = {
      ...controls,
      'comments[0].text': 'Spelling',
      'reason-of-correction': 'Spelling',
    };
    expect((await coordinator.post(path, { ...typed, _step: 'send' })).status).toBe(303);
    expect(textOf((await coordinator.get(`/instances/${id}`)).text)).toContain(
      '2 March 2026 Spelling',
    );
  });

  test('what has been decided is locked, and the page says what to do instead', async () => {
    const id = await planned();
    const eleni = await server.member(place, council, 'Eleni Executive', ['executive']);
    await sendEvent(server.services, as(eleni), {
      instance: id,
      event: 'SETTLE',
      fields: { decision: 'We pay half.' },
    });
    const choose = await coordinator.get(`/instances/${id}/correct`);
    expect(textOf(choose.text)).toContain('A decision is changed by a new request.');
    expect(choose.text).not.toContain('value="decision"');
    // Asked for all the same, it is not offered.
    const asked = await coordinator.get(`/instances/${id}/correct?field=decision`);
    expect(asked.text).not.toContain('name="decision"');
  });

  test('only the coordinator corrects; others are told whom to ask', async () => {
    const id = await planned();
    const browser = await server.signIn(manager);
    for (const path of [`/instances/${id}/correct`, `/instances/${id}/correct?field=reviewOn`]) {
      const { status, text } = await browser.get(path);
      expect(status).toBe(403);
      expect(textOf(text)).toContain('Only the coordinator can correct this');
    }
    expect((await browser.get(`/instances/${id}`)).text).not.toContain('/correct"');
    const posted = await browser.post(`/instances/${id}/correct?field=reviewOn`, {
      ...date,
      'reason-of-correction': 'Mine',
      _step: 'send',
    });
    expect(posted.status).toBe(403);
    expect((await server.services.store.commits.head(id))?.seq).toBe(2);
  });

  test('choosing nothing says what to choose', async () => {
    const id = await planned();
    const { text } = await coordinator.get(`/instances/${id}/correct?chosen=`);
    expect(errorsIn(text)).toEqual(['Choose at least one thing that is wrong']);
  });
});
