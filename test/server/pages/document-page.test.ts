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

describe('documents and uploads', () => {
  let folder: string;
  let server: TestServer;
  let council: Organisation;
  let place: Partnership;
  let manager: Person;
  let browser: TestBrowser;

  beforeAll(async () => {
    folder = workflowFolder();
    server = await startTestServer({ workflows: folder });
    council = await server.organisation('Moorland Council');
    const charity = await server.organisation('Harbour Refuge');
    place = await server.partnership('North Coast', [council, charity]);
    manager = await server.member(place, council, 'Marta Manager', ['manager']);
    browser = await server.signIn(manager);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function request(subject: string): Promise<string> {
    const { instance } = await startWorkflow(server.services, as(manager), {
      workflow: 'request',
      partnership: place.id,
      form: { subject, amount: 100 },
    });
    return instance;
  }

  /** Posts a form with a file, as a browser does. */
  async function upload(
    path: string,
    fields: Record<string, string>,
    file: { field: string; name: string; bytes: string },
    who = browser,
  ): Promise<{ status: number; text: string; location: string | null }> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append(file.field, new Blob([file.bytes]), file.name);
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { origin: server.url, cookie: who.cookie() },
    });
    return {
      status: answer.status,
      text: await answer.text(),
      location: answer.headers.get('location'),
    };
  }

  const pdf = { field: 'evidence', name: 'minutes of März.pdf', bytes: '%PDF-1.7 minutes' };

  test('whoever may only read adds no file, also not with a form that is refused', async () => {
    const id = await request('No evidence of theirs');
    const observer = await server.member(place, council, 'Ola Observer', ['observer']);
    const reading = await server.signIn(observer);
    const refused = await upload(`/instances/${id}/do/PLAN`, {}, pdf, reading);
    expect(refused.status).toBe(403);
    expect(await server.services.store.documents.listByInstance(id)).toEqual([]);
  });

  test('a file is kept when the form comes back, recorded with it, and only ever downloaded', async () => {
    const id = await request('Evidence');
    const path = `/instances/${id}/do/PLAN`;
    const controls = controlsOf((await browser.get(path)).text);
    const typed = {
      ...controls,
      'reviewOn.day': '1',
      'reviewOn.month': '6',
      'reviewOn.year': '2026',
    };
    const refused = await upload(path, typed, pdf);
    expect(refused.status).toBe(422);
    expect(errorsIn(refused.text)).toEqual(['Select an answer: How urgent is it?']);
    expect(textOf(refused.text)).toContain('Uploaded: minutes of März.pdf');
    const mended = { ...controlsOf(refused.text), urgency: 'now' };
    const check = await browser.post(path, mended);
    expect(textOf(check.text)).toContain('minutes of März.pdf');
    expect((await browser.post(path, { ...controlsOf(check.text), _step: 'send' })).status).toBe(
      303,
    );
    const page = await browser.get(`/instances/${id}`);
    const href = /href="([^"]*documents\/[0-9a-f]{64})"[^>]*>minutes of März\.pdf/u.exec(
      page.text,
    )?.[1];
    const file = await browser.get(String(href));
    expect(file.status).toBe(200);
    expect(file.text).toBe(pdf.bytes);
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename=.*März|^attachment; filename\*?=/u,
    );
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(file.headers.get('cache-control')).toBe('private, no-cache');
    expect(file.headers.get('content-security-policy')).toContain('sandbox');
    // Known by its hash all the same, it is not shown with another record.
    const other = await request('Other');
    const hash = String(href).split('/').at(-1) ?? '';
    expect((await browser.get(`/instances/${other}/documents/${hash}`)).status).toBe(404);
    const foreign = await browser.post(`/instances/${other}/do/PLAN`, {
      ...typed,
      urgency: 'now',
      'evidence.hash': hash,
      'evidence.name': 'mine.pdf',
      _seq: '1',
      _key: 'another',
      _step: 'send',
    });
    expect(foreign.status).toBe(422);
    expect(errorsIn(foreign.text)[0]).toContain('“Evidence”');
    expect((await server.services.store.commits.head(other))?.seq).toBe(1);
  });

  test('a file that comes with a start form belongs to what is started', async () => {
    const path = `/partnerships/${place.id}/start/request`;
    const controls = controlsOf((await browser.get(path)).text);
    const check = await upload(path, { ...controls, subject: 'With file', amount: '10' }, pdf);
    expect(check.status).toBe(200);
    expect(textOf(check.text)).toContain('minutes of März.pdf');
    const sent = await browser.post(path, { ...controlsOf(check.text), _step: 'send' });
    expect(sent.status).toBe(303);
    const page = await browser.get(String(sent.location));
    expect(textOf(page.text)).toContain('minutes of März.pdf');
  });

  test('what pretends to be a page is refused as an upload', async () => {
    const id = await request('Hostile');
    const path = `/instances/${id}/do/PLAN`;
    const controls = controlsOf((await browser.get(path)).text);
    const html = { field: 'evidence', name: 'page.html', bytes: '<script>alert(1)</script>' };
    const refused = await upload(path, { ...controls, urgency: 'now' }, html);
    expect(refused.status).toBe(422);
    expect(errorsIn(refused.text).join()).toContain('must be a PDF');
  });

  test('a document of ours is read in the page, downloaded as PDF, and marked when it is old', async () => {
    const coordinator = await server.signIn(server.administrator);
    const course = place.instance;
    const summarise = async (): Promise<string> => {
      const answer = await sendEvent(server.services, as(server.administrator), {
        instance: course,
        event: 'MAKE_SUMMARY',
        fields: {},
      });
      expect(answer.taken).toBe(true);
      await server.worker.drain();
      const { text } = await coordinator.get(`/instances/${course}`);
      return (
        /href="([^"]*documents\/[0-9a-f]{64})">Summary of the partnership/u.exec(text)?.[1] ?? ''
      );
    };
    const first = await summarise();
    const page = await coordinator.get(first);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<article class="document"');
    expect(textOf(page.text)).not.toContain('earlier version');
    const link = /href="([^"]*\/download)">Download as PDF/u.exec(page.text)?.[1] ?? '';
    const file = await coordinator.get(link);
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(file.headers.get('content-disposition')).toBe(
      'attachment; filename=summary-of-the-partnership.pdf',
    );
    expect(file.text.startsWith('%PDF-')).toBe(true);
    const inline = await coordinator.get(link.replace('/download', ''));
    expect(inline.headers.get('content-disposition')).toContain('inline');
    server.clock.advanceTo('2026-03-04T09:00:00.000Z');
    const second = await summarise();
    expect(second).not.toBe(first);
    expect(textOf((await coordinator.get(first)).text)).toContain('This is an earlier version.');
    const history = await coordinator.get(`/instances/${course}/history`);
    expect(history.text).toContain(`href="${first}"`);
  });

  test('a browser that has it already is asked nothing but whether it may still', async () => {
    const id = await request('Cached');
    const path = `/instances/${id}/do/PLAN`;
    const typed = { ...controlsOf((await browser.get(path)).text), 'reviewOn.day': '1' };
    const kept = await upload(path, typed, pdf);
    const hash = controlsOf(kept.text)['evidence.hash'] ?? '';
    const again = await fetch(`${server.url}/instances/${id}/documents/${hash}`, {
      // Without it fetch would say that it wants no kept answer.
      headers: {
        cookie: browser.cookie(),
        'if-none-match': `"${hash}"`,
        'cache-control': 'max-age=0',
      },
    });
    expect(again.status).toBe(304);
    const nobody = await fetch(`${server.url}/instances/${id}/documents/${hash}`, {
      headers: { 'if-none-match': `"${hash}"` },
      redirect: 'manual',
    });
    expect(nobody.status).toBe(303);
  });
});
