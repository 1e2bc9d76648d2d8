import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { linksTo } from '../../support/read-outbox.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function twoHundredPeople(): Promise<{
  readonly server: TestServer;
  readonly emails: string[];
}> {
  server = await startTestServer();
  const { directory } = server.services.store;
  const emails = Array.from({ length: 200 }, (_, n) => `person.${n}@council.example`);
  for (const [n, email] of emails.entries()) {
    await directory.putPerson({
      id: `person${n}`,
      name: `Person ${n}`,
      email,
      organisation: server.administrator.organisation,
      administrator: false,
      coordinator: false,
      createdAt: server.clock.now(),
      disabledAt: null,
    });
  }
  return { server, emails };
}

test('two hundred people of one council sign in on the same morning, from one network address', async () => {
  const { server, emails } = await twoHundredPeople();
  const answers = await Promise.all(
    emails.map((email) => server.browser().post('/sign-in', { email })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test('nobody’s mailbox is filled, and lists of addresses cannot be tried', async () => {
  const { server, emails } = await twoHundredPeople();
  const [email = ''] = emails;
  const ask = async (address: string): Promise<number> =>
    (await server.browser().post('/sign-in', { email: address })).status;
  for (let n = 0; n < 5; n += 1)
    expect(await ask(n % 2 === 0 ? email : email.toUpperCase())).toBe(200);
  expect(await ask(email)).toBe(429);
  await Promise.all(Array.from({ length: 293 }, (_, n) => ask(`guess.${n}@council.example`)));
  expect(await ask('guess@council.example')).toBe(200);
  expect(await ask(emails[1] ?? '')).toBe(429);
  await expect.poll(async () => (await linksTo(server.outbox, email)).length).toBe(5);
});

test('what is answered is the same for a known and an unknown address, also when no mail can be sent', async () => {
  const { server, emails } = await twoHundredPeople();
  const [email = ''] = emails;
  const sender = server.services.mail as { send: typeof server.services.mail.send };
  const refusals: ((error: Error) => void)[] = [];
  sender.send = () =>
    new Promise((_, reject) => {
      refusals.push(reject);
    });
  const ask = async (address: string) => {
    const { status, text } = await server.browser().post('/sign-in', { email: address });
    return { status, text: text.replaceAll(address, 'ADDRESS') };
  };
  // The mail server hangs: neither waits for it.
  const known = await ask(email);
  expect(known.status).toBe(200);
  expect(await ask('nobody@council.example')).toEqual(known);
  await expect.poll(() => refusals.length).toBe(1);
  refusals[0]?.(new ConcordatError('mail-unavailable', 'no mail server'));
});

test('an answer takes as long for an unknown address as the writing of a link may take for a known one', async () => {
  const { server, emails } = await twoHundredPeople();
  const links = server.services.store.links as { put: typeof server.services.store.links.put };
  const put = links.put.bind(links);
  links.put = async (link) => {
    await delay(100);
    return put(link);
  };
  const timed = async (email: string): Promise<number> => {
    const began = performance.now();
    expect((await server.browser().post('/sign-in', { email })).status).toBe(200);
    return performance.now() - began;
  };
  const [known, unknown] = [await timed(emails[0] ?? ''), await timed('x@council.example')];
  expect(Math.min(known, unknown)).toBeGreaterThanOrEqual(249);
});
