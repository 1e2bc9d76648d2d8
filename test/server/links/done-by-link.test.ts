import { afterEach, expect, test } from 'vitest';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { controlsOf } from '../../support/page-text.ts';
import { linksTo } from '../../support/read-outbox.ts';
import { as, sampleWorld } from '../../support/sample-world.ts';
import { agreeByLink, linkToAgree } from '../../support/story/agree-by-link.ts';
import { section75Draft } from '../../support/story/section-75-draft.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
});

test('a link by which a text was agreed on says so with the day, and offers only what still makes sense', async () => {
  server = await startTestServer();
  const { manager, trust } = await section75Draft(server, 'AGREE_TEXT');
  const browser = server.browser();
  const link = await linkToAgree(server, manager);
  expect((await browser.get(link)).text).not.toContain('What you have done here');
  const thanks = await agreeByLink(browser, link, manager);
  expect(thanks.status).toBe(303);
  expect((await browser.get(thanks.location ?? '')).text).toContain(
    `${trust.name} agrees on this text`,
  );

  const { text } = await browser.get(link);
  const done = text.slice(text.indexOf('What you have done here'), text.indexOf('</section>'));
  expect(done).toContain(`${trust.name} agrees on this text`);
  expect(done).toMatch(/March 2026 at \d/u);
  expect(text).not.toContain(`${link}/do/AGREE_TEXT`);
  expect(text).not.toContain('Agree on this text');
  for (const event of ['COMMENT', 'AGREE_IF', 'ASK_QUESTION']) {
    expect(text).toContain(`${link}/do/${event}`);
  }
  const twice = await agreeByLink(browser, link, manager);
  expect(twice.text).toContain('Your organisation has agreed on this text already.');

  const condition = { ...controlsOf((await browser.get(`${link}/do/AGREE_IF`)).text) };
  await browser.post(`${link}/do/AGREE_IF`, {
    ...condition,
    condition: 'Only with six months of notice.',
    confirmName: manager.name,
  });
  const afterwards = await browser.get(link);
  expect(afterwards.text).toContain(`${link}/do/AGREE_TEXT`);
});

test('every page behind a personal link says that the partnership operates unsigned', async () => {
  server = await startTestServer();
  const { services, worker } = server;
  const world = await sampleWorld(server);
  await sendEvent(services, as(world.lead), {
    instance: world.shelter.instance,
    event: 'CALL_REVIEW',
    fields: { reviewDate: '2026-05-29', reviewReason: 'Is it working?' },
  });
  await worker.drain();
  const { rows } = await services.store.instances.list({
    partnership: world.shelter.id,
    workflow: 'review',
    limit: 1,
  });
  if (rows[0]?.state === 'planned') {
    const open = { instance: rows[0].id, event: 'OPEN_NOW', fields: { openReason: 'Asked for' } };
    await sendEvent(services, as(world.lead), open);
    await worker.drain();
  }
  const links = await linksTo(server.outbox, world.trustManager.email);
  const link = new URL(links.at(-1) ?? '').pathname;
  const browser = server.browser();
  expect((await browser.get(link)).text).not.toContain('Operating unsigned');
  const row = await services.store.instances.get(world.shelter.instance);
  if (!row) throw new Error('the partnership has no course');
  const { instances } = services.store;
  const get = instances.get.bind(instances);
  Object.assign(instances, {
    get: async (id: string) =>
      id === row.id ? { ...row, banner: 'Operating unsigned: no agreement is signed.' } : get(id),
  });
  for (const path of ['', '/do/GIVE_POSITION']) {
    const page = await browser.get(`${link}${path}`);
    expect(page.status, path).toBe(200);
    expect(page.text, path).toContain('Operating unsigned');
  }
});
