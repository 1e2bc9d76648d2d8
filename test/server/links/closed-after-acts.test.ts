import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LinkRecord } from '../../../server/store/link.ts';
import { putPerson } from '../../../server/use-cases/manage-people.ts';
import { withdrawLink } from '../../../server/use-cases/withdraw-link.ts';
import { controlsOf } from '../../support/page-text.ts';
import { as } from '../../support/sample-world.ts';
import { agreeByLink, linkToAgree } from '../../support/story/agree-by-link.ts';
import { type Section75Draft, section75Draft } from '../../support/story/section-75-draft.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const NOTHING = 'Nothing was recorded with it.';
const SOMETHING = 'What was done with it before is recorded, and stays so.';
const ACT = 'agrees on this text';

let server: TestServer;
let draft: Section75Draft;
/** The address of a link to take part, as a path. */
let link: string;

beforeEach(async () => {
  server = await startTestServer();
  draft = await section75Draft(server, 'AGREE_TEXT');
  link = await linkToAgree(server, draft.manager);
});
afterEach(() => server.stop());

const agree = async (): Promise<void> => {
  expect((await agreeByLink(server.browser(), link, draft.manager)).status).toBe(303);
};

async function record(): Promise<LinkRecord> {
  const { links } = server.services.store;
  const all = await links.listByInstance(draft.agreement);
  const found = all.find(
    ({ person, events, state }) =>
      person === draft.manager.id && events.includes('AGREE_TEXT') && state === 'open',
  );
  if (!found) throw new Error('there is no such link');
  return found;
}

async function closed(): Promise<string> {
  const { status, text } = await server.browser().get(link);
  expect(status).toBe(410);
  return text;
}

test('a link that expired after something was done with it says so, with what and when', async () => {
  await agree();
  server.clock.advanceTo((await record()).expiresAt);
  const text = await closed();
  expect(text).toContain('This link has expired');
  expect(text).toContain(SOMETHING);
  expect(text).not.toContain(NOTHING);
  const done = text.slice(text.indexOf('What you have done here'), text.indexOf('</section>'));
  expect(done).toContain(`${draft.trust.name} ${ACT}`);
  expect(done).toMatch(/March 2026 at \d/u);
});

test('a link that expired unused says that nothing was recorded with it', async () => {
  server.clock.advanceTo((await record()).expiresAt);
  const text = await closed();
  expect(text).toContain(NOTHING);
  expect(text).not.toContain('What you have done here');
});

test('a link that was taken back after something was done with it says that this stays, and not what it was', async () => {
  await agree();
  await withdrawLink(server.services, as(server.administrator), {
    instance: draft.agreement,
    link: (await record()).id,
    reason: 'Passed on',
    idempotencyKey: 'taken back',
  });
  const text = await closed();
  expect(text).toContain('This link has been taken back');
  expect(text).toContain(SOMETHING);
  expect(text).not.toContain(NOTHING);
  expect(text).not.toContain(ACT);
});

test('a link to an old address says that what was done with it stays, and tells the old mailbox no more', async () => {
  await agree();
  const { manager } = draft;
  await putPerson(server.services, as(server.administrator), manager.id, {
    name: manager.name,
    organisation: manager.organisation,
    email: 'tom.right@vale.example',
    coordinator: false,
    administrator: false,
    maySignIn: true,
  });
  const text = await closed();
  expect(text).toContain('has changed since this link was sent');
  expect(text).toContain(SOMETHING);
  expect(text).not.toContain(NOTHING);
  expect(text).not.toContain(ACT);
});

test('a replaced link says that what was done with it stays, and leads to the newer one', async () => {
  await agree();
  const browser = server.browser();
  const form = controlsOf((await browser.get(`${link}/new`)).text);
  await browser.post(`${link}/new`, { ...form, confirmName: draft.manager.name });
  const text = await closed();
  expect(text).toContain('A newer link has been sent to you');
  expect(text).toContain(SOMETHING);
  expect(text).not.toContain(NOTHING);
});
