import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Organisation, Partnership, Person } from '../../../server/store/directory.ts';
import { type Asker } from '../../../server/access/asker.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { type TestBrowser, type TestServer, startTestServer } from '../../support/test-server.ts';
import { workflowFolder } from '../../support/workflow-folder.ts';
import { controlsOf, errorsIn, linesOf, textOf } from '../../support/page-text.ts';

const as = (person: Person): Asker => ({ kind: 'person', person });

describe('the one instance page', () => {
  let folder: string;
  let server: TestServer;
  let health: Organisation;
  let charity: Organisation;
  let place: Partnership;
  let manager: Person;
  let other: Person;
  let executive: Person;
  let outsider: Person;
  let browser: TestBrowser;

  beforeAll(async () => {
    folder = workflowFolder();
    server = await startTestServer({ workflows: folder });
    health = await server.organisation('Łódź Health');
    charity = await server.organisation('Harbour Refuge');
    const elsewhere = await server.organisation('Far Away Trust');
    place = await server.partnership('North Coast', [health, charity]);
    const far = await server.partnership('Far Away', [elsewhere, charity]);
    manager = await server.member(place, health, 'Marta Manager', ['manager']);
    other = await server.member(place, charity, 'Olu Other', ['manager']);
    executive = await server.member(place, charity, 'Eleni Executive', ['executive']);
    outsider = await server.member(far, elsewhere, 'Otto Outsider', ['manager', 'lead']);
    browser = await server.signIn(manager);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(
    subject: string,
    more: Record<string, string | number> = {},
  ): Promise<string> {
    const { instance } = await startWorkflow(server.services, as(manager), {
      workflow: 'request',
      partnership: place.id,
      form: { subject, amount: 125_050, ...more },
    });
    return instance;
  }

  async function comment(instance: string, person: Person, text: string): Promise<void> {
    await sendEvent(server.services, as(person), { instance, event: 'COMMENT', fields: { text } });
  }

  test('says where it is, what can be done by whom, and why something cannot be done yet', async () => {
    const id = await start('A shared van');
    const { status, text } = await browser.get(`/instances/${id}`);
    expect(status).toBe(200);
    const lines = linesOf(text);
    expect(lines).toContain('Waiting for the decision');
    expect(lines).toContain('Every organisation says what it thinks, then the managers decide.');
    expect(text).toContain(`href="/instances/${id}/do/COMMENT"`);
    expect(text).not.toContain(`/do/SETTLE`);
    expect(textOf(text)).toContain('Settle it at once Executive');
    expect(textOf(text)).toContain(
      'Not every organisation has commented. Ask them to comment first.',
    );
    expect(textOf(text)).toContain('A comment (Łódź Health)');
    expect(text).toContain(`href="/instances/${id}/fields/comments"`);
    expect(textOf(text)).toContain('£1,250.50');
    expect(textOf(text)).toContain('Ask for shared money');
    expect(textOf(text)).toContain('Marta Manager, Łódź Health (Manager)');
  });

  test('shows lists as tables, steps as a task list, and dates with what is left of them', async () => {
    const id = await start('Training');
    await comment(id, manager, 'We would use it.\nOften.');
    await sendEvent(server.services, as(manager), {
      instance: id,
      event: 'PLAN',
      fields: { reviewOn: '2026-03-05', urgency: 'now' },
    });
    const { text } = await browser.get(`/instances/${id}`);
    expect(text).toMatch(/<caption[^>]*>Comments<\/caption>/u);
    expect(textOf(text)).toContain('2 March 2026');
    expect(textOf(text)).toContain(
      'The review is due the end of 5 March 2026 (London time) in 3 days',
    );
    expect(textOf(text)).toContain(
      'Say what you think Manager Due 5 March 2026, in 3 days In progress',
    );
    expect(textOf(text)).toContain('At once');
    expect(textOf(text)).toContain('Review planned for 5 March 2026');
  });

  test('a record of another partnership is not there, whatever is asked of it', async () => {
    const id = await start('Nobody else’s business');
    const stranger = await server.signIn(outsider);
    const paths = ['', '/history', '/correct', '/do/COMMENT', '/lists/comments', '/fields/subject'];
    for (const path of paths) {
      const { status, text } = await stranger.get(`/instances/${id}${path}`);
      expect(status, path).toBe(404);
      expect(text).not.toContain('Nobody else’s business');
    }
    const { status } = await stranger.post(`/instances/${id}/do/COMMENT`, { text: 'Me too' });
    expect(status).toBe(404);
    expect((await server.services.store.commits.head(id))?.seq).toBe(1);
    expect((await stranger.get('/instances/no-such-thing')).status).toBe(404);
  });

  test('a confidential record is hidden from everybody else, also as a choice and as a link', async () => {
    const { instance } = await startWorkflow(server.services, as(executive), {
      workflow: 'concern',
      partnership: place.id,
      form: { subject: 'Money is missing' },
    });
    expect((await browser.get(`/instances/${instance}`)).status).toBe(404);
    const hers = await server.signIn(executive);
    const page = await hers.get(`/instances/${instance}`);
    expect(textOf(page.text)).toContain('Confidential Seen only by: executive.');
    const form = await hers.get(`/partnerships/${place.id}/start/concern`);
    expect(form.text).toContain('Money is missing');
    // The coordinator holds no role in it, so its title is no choice for them either.
    const coordinator = await server.signIn(server.administrator);
    expect((await coordinator.get(`/instances/${instance}`)).status).toBe(404);
    await sendEvent(server.services, as(executive), { instance, event: 'SHARE', fields: {} });
    const shared = await browser.get(`/instances/${instance}`);
    expect(shared.status).toBe(200);
    expect(textOf(shared.text)).not.toContain('Confidential');
  });

  test('nobody who is not signed in sees anything, and comes back after signing in', async () => {
    const id = await start('Secret garden');
    const { status, location } = await server.browser().get(`/instances/${id}/history`);
    expect(status).toBe(303);
    expect(location).toBe(`/sign-in?to=${encodeURIComponent(`/instances/${id}/history`)}`);
  });

  test('who may not do something is told who may', async () => {
    const id = await start('Not yours');
    const { status, text } = await browser.get(`/instances/${id}/do/SETTLE`);
    expect(status).toBe(403);
    expect(textOf(text)).toContain('“Settle it at once” can only be done by: Executive.');
    const unknown = await browser.get(`/instances/${id}/do/FLY_TO_THE_MOON`);
    expect(unknown.status).toBe(409);
  });

  test('a short form is sent at once, and the page says that it was recorded', async () => {
    const id = await start('Short');
    const path = `/instances/${id}/do/COMMENT`;
    const controls = controlsOf((await browser.get(path)).text);
    const sent = await browser.post(path, { ...controls, text: 'Good idea' });
    expect(sent).toMatchObject({ status: 303, location: `/instances/${id}` });
    const after = await browser.get(`/instances/${id}`);
    expect(textOf(after.text)).toContain('“Comment” has been recorded.');
    expect(textOf(after.text)).toContain('Łódź Health commented: Good idea');
    // Said once.
    expect((await browser.get(`/instances/${id}`)).text).not.toContain('has been recorded.');
  });

  test('the same form sent twice is recorded once, and says so kindly', async () => {
    const id = await start('Twice');
    const path = `/instances/${id}/do/COMMENT`;
    const controls = { ...controlsOf((await browser.get(path)).text), text: 'Only once' };
    const answers = await Promise.all([browser.post(path, controls), browser.post(path, controls)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const { text } = await browser.get(`/instances/${id}`);
    expect(text.match(/Only once/gu)?.length).toBe(2); // in the table and in the history
    const third = await browser.post(path, controls);
    expect(third.status).toBe(303);
    expect(textOf((await browser.get(`/instances/${id}`)).text)).toContain(
      '“Comment” came twice. It was recorded once.',
    );
    expect((await server.services.store.commits.head(id))?.seq).toBe(2);
    // Other words under the same key are neither lost nor silently dropped.
    const changed = await browser.post(path, { ...controls, text: 'Something else' });
    expect(changed.status).toBe(422);
    expect(changed.text).toContain('Something else</textarea>');
    const again = { ...controlsOf(changed.text), text: 'Something else' };
    expect((await browser.post(path, again)).status).toBe(303);
    expect((await server.services.store.commits.head(id))?.seq).toBe(3);
  });

  test('a gate that is shut when the form is sent gives the form back with what was typed', async () => {
    const id = await start('Settling');
    const hers = await server.signIn(executive);
    const path = `/instances/${id}/do/SETTLE`;
    const controls = controlsOf((await hers.get(path)).text);
    const typed = 'They pay\r\nall of it';
    const refused = await hers.post(path, { ...controls, decision: typed });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('<title>Error: ');
    expect(errorsIn(refused.text)).toEqual([
      'Begin the decision with “We”. For example: We pay half.',
    ]);
    expect(refused.text).toMatch(/They pay\r?\nall of it<\/textarea>/u);
    const mended = await hers.post(path, { ...controlsOf(refused.text), decision: 'We pay half.' });
    expect(mended.status).toBe(303);
    expect(textOf((await hers.get(`/instances/${id}`)).text)).toContain('Decided');
  });

  test('what a gate lacks is listed with organisation and link when the form comes back', async () => {
    const id = await start('Too early');
    const path = `/instances/${id}/do/DECIDE`;
    const fields = { decision: 'We pay.', _key: 'k1', _seq: '1', _step: 'send' };
    const refused = await browser.post(path, fields);
    expect(refused.status).toBe(409);
    expect(errorsIn(refused.text)).toEqual([
      'Not every organisation has commented. Ask them to comment first.',
    ]);
    expect(textOf(refused.text)).toContain('A comment (Harbour Refuge)');
    expect(refused.text).toContain('We pay.</textarea>');
  });

  test('a page that others have overtaken says what is new and keeps what was typed', async () => {
    const id = await start('Stale');
    const path = `/instances/${id}/do/COMMENT`;
    const controls = controlsOf((await browser.get(path)).text);
    await comment(id, other, 'We were faster');
    const refused = await browser.post(path, { ...controls, text: 'What I think' });
    expect(refused.status).toBe(409);
    expect(errorsIn(refused.text)[0]).toContain('What you typed is kept');
    expect(textOf(refused.text)).toContain('New since you opened this page');
    expect(textOf(refused.text)).toContain('Harbour Refuge commented: We were faster');
    expect(refused.text).toContain('What I think</textarea>');
    const again = { ...controlsOf(refused.text), text: 'What I think' };
    expect((await browser.post(path, again)).status).toBe(303);
    expect((await server.services.store.commits.head(id))?.seq).toBe(3);
  });

  test('an entry that only notes a mail does not make a page old', async () => {
    const id = await start('Noted');
    const path = `/instances/${id}/do/COMMENT`;
    const controls = controlsOf((await browser.get(path)).text);
    await server.services.runtime.send({
      instance: id,
      event: {
        type: 'concordat.note',
        what: 'mail',
        story: 'E-mail sent to {people}',
        people: [other.id],
      },
      source: { kind: 'engine' },
      by: null,
      cause: { kind: 'system' },
    });
    expect((await browser.post(path, { ...controls, text: 'Still fine' })).status).toBe(303);
    expect(textOf((await browser.get(`/instances/${id}/history`)).text)).toContain(
      'E-mail sent to Olu Other',
    );
  });

  test('what has ended keeps what was typed, though it can no longer be recorded', async () => {
    const id = await start('Ended');
    const path = `/instances/${id}/do/COMMENT`;
    const controls = controlsOf((await browser.get(path)).text);
    await sendEvent(server.services, as(manager), { instance: id, event: 'WITHDRAW', fields: {} });
    const refused = await browser.post(path, { ...controls, text: 'Too late' });
    expect(refused.status).toBe(409);
    expect(errorsIn(refused.text)[0]).toContain('come to its end');
    expect(refused.text).toContain('Too late</textarea>');
  });

  test('a long form is checked first: every answer can be changed, and nothing is recorded before', async () => {
    const id = await start('Long');
    const path = `/instances/${id}/do/PLAN`;
    const controls = controlsOf((await browser.get(path)).text);
    const typed = {
      ...controls,
      'reviewOn.day': '1',
      'reviewOn.month': 'June',
      'reviewOn.year': '2026',
      urgency: 'later',
      reason: 'First line\nSecond <b>line</b>',
      contact: '020 7946 0000',
    };
    const wrong = await browser.post(path, { ...typed, 'reviewOn.month': 'Juno' });
    expect(wrong.status).toBe(422);
    expect(errorsIn(wrong.text)).toEqual(['Review date must be a real date']);
    const check = await browser.post(path, typed);
    expect(check.status).toBe(200);
    expect(textOf(check.text)).toContain('Check your answers');
    expect(textOf(check.text)).toContain('1 June 2026');
    expect(check.text).toContain('Second &lt;b&gt;line&lt;/b&gt;');
    expect((await server.services.store.commits.head(id))?.seq).toBe(1);
    const carried = controlsOf(check.text);
    const changing = await browser.post(path, { ...carried, _step: 'change' });
    expect(controlsOf(changing.text)).toMatchObject({
      'reviewOn.month': 'June',
      contact: '020 7946 0000',
    });
    const sent = await browser.post(path, { ...carried, _step: 'send' });
    expect(sent.status).toBe(303);
    const { text } = await browser.get(`/instances/${id}`);
    expect(textOf(text)).toContain('020 7946 0000');
    const head = await server.services.store.commits.head(id);
    expect(head?.text).not.toContain('020 7946 0000');
  });

  test('a grave step asks for confirmation, on a page that says what it means', async () => {
    const id = await start('Grave');
    const path = `/instances/${id}/do/WITHDRAW`;
    const page = await browser.get(path);
    expect(textOf(page.text)).toContain('Nobody can decide on it any more.');
    expect(page.text).toContain('govuk-button--warning');
    expect((await server.services.store.commits.head(id))?.seq).toBe(1);
    const sent = await browser.post(path, controlsOf(page.text));
    expect(sent.status).toBe(303);
    expect(textOf((await browser.get(`/instances/${id}`)).text)).toContain(
      'This came to its end on',
    );
  });

  test('an ended session loses nothing that was typed', async () => {
    const id = await start('Signed out');
    const path = `/instances/${id}/do/COMMENT`;
    const typed = { ...controlsOf((await browser.get(path)).text), text: 'Half an hour of work' };
    const gone = await server.browser().post(path, typed);
    expect(gone.status).toBe(401);
    expect(textOf(gone.text)).toContain('You have been signed out');
    const kept = controlsOf(gone.text);
    expect(kept['text']).toBe('Half an hour of work');
    const back = await browser.post(path, kept);
    expect(back.status).toBe(200);
    expect(back.text).toContain('Half an hour of work</textarea>');
    expect((await server.services.store.commits.head(id))?.seq).toBe(1);
    expect((await browser.post(path, controlsOf(back.text))).status).toBe(303);
  });

  test('a workflow is started from its generated form, once', async () => {
    const path = `/partnerships/${place.id}/start/request`;
    const controls = controlsOf((await browser.get(path)).text);
    const empty = await browser.post(path, controls);
    expect(empty.status).toBe(422);
    expect(errorsIn(empty.text)).toEqual(['Enter what it is for', 'Enter how much']);
    const filled = { ...controls, subject: 'A minibus', amount: '12,000' };
    const check = await browser.post(path, filled);
    expect(textOf(check.text)).toContain('£12,000.00');
    const send = { ...controlsOf(check.text), _step: 'send' };
    const first = await browser.post(path, send);
    const second = await browser.post(path, send);
    expect(first.status).toBe(303);
    expect(second.location).toBe(first.location);
    const { text } = await browser.get(String(first.location));
    expect(textOf(text)).toContain('Request: A minibus');
    expect(textOf(text)).toContain('came twice. It was started once');
    const stranger = await server.signIn(outsider);
    expect((await stranger.get(path)).status).toBe(404);
    expect((await browser.get(`/partnerships/${place.id}/start/partnership`)).status).toBe(403);
    expect((await browser.get(`/partnerships/${place.id}/start/no-such`)).status).toBe(404);
  });

  test('odd addresses are answered, never with a fault of ours', async () => {
    const id = await start('Odd');
    const paths = [
      '/do/__proto__',
      '/do/constructor',
      '/lists/__proto__',
      '/lists/subject',
      '/lists/nothing',
      '/fields/__proto__.x',
      '/fields/comments.none',
      '/fields/%F0%9F%92%A9',
      '/documents/abc',
      `/documents/${'a'.repeat(64)}`,
      `/documents/${'a'.repeat(64)}/download`,
      '/history?page=-5',
      '/history?page=99999',
      '/correct?field=__proto__',
    ];
    for (const path of paths) {
      const { status } = await browser.get(`/instances/${id}${path}`);
      expect(status, path).toBeLessThan(500);
      expect(status, path).toBeGreaterThanOrEqual(200);
    }
  });
});
