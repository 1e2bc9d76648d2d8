import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createLog, type Log } from '../../server/log.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { startRound } from '../faults/start-round.ts';
import { storyWorkflows } from '../faults/story-workflows.ts';
import { cast, tellStory } from '../faults/told-story.ts';
import { freePort } from '../support/free-port.ts';
import { startMailCatcher } from '../support/mail-catcher.ts';
import { readOutbox } from '../support/read-outbox.ts';
import { startTestServer } from '../support/test-server.ts';

const workflows = storyWorkflows();

/** A log at its most talkative, and all that it has written. */
function listeningLog(): { readonly log: Log; readonly written: () => string } {
  const chunks: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { log: createLog({ level: 'trace', destination }), written: () => chunks.join('') };
}

function expectNoneOf(written: string, secrets: readonly string[]): void {
  const lower = decodeURIComponent(written.replaceAll('%', '%25')).toLowerCase();
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(2);
    for (const spelt of [secret, encodeURIComponent(secret), secret.replaceAll(' ', '+')]) {
      expect(lower).not.toContain(spelt.toLowerCase());
    }
  }
  expect(written).not.toMatch(/[a-z0-9.]@[a-z0-9]/iu);
}

const tokensIn = (text: string): readonly string[] =>
  [...text.matchAll(/\/l\/([\w-]{20,})/gu)].map(([, token]) => token ?? '');

test('over a whole story, with all that goes wrong in it, the log names nobody and holds no key', async () => {
  const { log, written } = listeningLog();
  const server = await startTestServer({ workflows, log });
  onTestFinished(() => server.stop());
  const people = await cast(server);
  const { instance } = await tellStory(server, people);
  const browser = await server.signIn(people.manager);
  const { token } = await createToken(server.services, {
    email: people.manager.email,
    label: 'Case system',
    expires: null,
  });
  const typed = 'Private Matter of Rosalind Franklin';
  const stranger = 'rosalind.franklin@elsewhere.example';
  const mails = await readOutbox(server.outbox);
  const used = tokensIn(mails.map(({ text }) => text ?? '').join('\n'));
  expect(used.length).toBeGreaterThan(2);
  const key = used.at(-1) ?? '';

  // What people mistype, and what others try.
  await browser.get(`/${encodeURIComponent(typed)}`);
  await browser.get(`/registers/${encodeURIComponent(stranger)}?q=${encodeURIComponent(typed)}`);
  await browser.get(`/l/${key}x`);
  await browser.post(`/l/${key}/do/APPROVE`, { confirmName: typed });
  await browser.post('/sign-in', { email: stranger });
  await browser.post('/sign-in', { email: typed });
  await browser.post(`/partnerships/${people.partnership}/start/approval-round`, { typed });
  await browser.post(`/instances/${instance}/do/NOTE`, { text: typed, _step: 'send' });
  const asProgram = (path: string, body: string, bearer: string): Promise<Response> =>
    fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    });
  await asProgram('/instances', `{"subject": "${typed}"`, token);
  await asProgram('/instances', JSON.stringify({ [typed]: stranger }), token);
  await asProgram(`/instances/${typed}/events`, '{}', token);
  await asProgram('/instances', '{}', `${token}x`);
  // And a store that fails under all of them.
  await server.services.store.close();
  await browser.get(`/instances/${instance}`);
  await browser.post('/sign-in', { email: people.manager.email });
  await browser.get(`/l/${key}`);
  await asProgram('/instances', JSON.stringify({ subject: typed }), token);
  await server.worker.drain().catch((error: unknown) => log.error({ err: error }, 'the worker'));

  for (const said of ['request refused', 'request failed']) expect(written()).toContain(said);
  expect(written().split('\n').length).toBeGreaterThan(12);
  const all = [server.administrator, people.manager, ...people.executives];
  expectNoneOf(written(), [
    ...all.flatMap(({ name, email }) => [name, email]),
    ...used,
    browser.cookie().split('=')[1] ?? '',
    token,
    typed,
    stranger,
    'The quote is attached.',
  ]);
});

test('when mails cannot go, the log tells which task waits and not whose address', async () => {
  const { log, written } = listeningLog();
  const refusing = { on: false };
  const catcher = await startMailCatcher({ refuses: () => refusing.on });
  onTestFinished(() => catcher.close());
  const server = await startTestServer({
    workflows,
    log,
    settings: {
      CONCORDAT_MAIL: `${catcher.url}?starttls=off`,
      CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
    },
  });
  onTestFinished(() => server.stop());
  const people = await cast(server);
  const { email } = people.manager;
  const made = { email, label: 'Case system', expires: null };
  const { token } = await createToken(server.services, made);
  refusing.on = true;
  await startRound(server.url, { token, partnership: people.partnership });
  await server.worker.drain();
  refusing.on = false;
  catcher.mode('busy');
  await startRound(server.url, { token, partnership: people.partnership });
  await server.worker.drain();
  expect(written()).toContain('task failed, will be tried again');
  const all = [server.administrator, people.manager, ...people.executives];
  expectNoneOf(written(), [...all.flatMap(({ name, email }) => [name, email]), token]);
});

test('a database that cannot be reached is logged without the password in its address', async () => {
  const { log, written } = listeningLog();
  const url = `mongodb://keeper:hunter2@127.0.0.1:${await freePort()}/concordat`;
  await openMongoStore({ url, mode: 'serve' }).catch((error: unknown) =>
    log.error({ err: error, url }, `no store at ${url}`),
  );
  expect(written()).toContain('store-unreadable');
  expectNoneOf(written(), ['hunter2', 'keeper']);
});
