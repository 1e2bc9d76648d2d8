import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConcordatError, isConcordatError } from '../../../engine/errors.ts';
import type { MailSender } from '../../../server/mail/mail-sender.ts';
import { smtpSender, type SmtpTimes } from '../../../server/mail/smtp-sender.ts';
import { readMail } from '../../../server/read-setting.ts';
import { type MailCatcher, startMailCatcher } from '../../support/mail-catcher.ts';
import { sampleMail } from './sample-mail.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function catcher(options: Parameters<typeof startMailCatcher>[0] = {}): Promise<MailCatcher> {
  const started = await startMailCatcher(options);
  closing.push(() => started.close());
  return started;
}

function senderTo(
  url: string,
  times: SmtpTimes = { connect: 400, silence: 400, mail: 900 },
): MailSender {
  const setting = readMail(url);
  if (setting.kind !== 'smtp') throw new Error('not SMTP');
  const sender = smtpSender(setting, { times, connections: 3 });
  closing.push(() => sender.close());
  return sender;
}

async function failureOf(work: Promise<unknown>): Promise<ConcordatError> {
  try {
    await work;
  } catch (error) {
    if (isConcordatError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('mail over SMTP', () => {
  it('that is on its way to a server that hangs can be broken off at once, and is not lost', async () => {
    const server = await catcher({ mode: 'hang' });
    const times = { connect: 20_000, silence: 20_000, mail: 20_000 };
    const sender = senderTo(server.url, times);
    const failures = Array.from({ length: 5 }, () => failureOf(sender.send(sampleMail())));
    await expect.poll(() => server.mostConnections()).toBe(3);
    const began = performance.now();
    sender.abandon();
    for (const failure of failures) expect((await failure).code).toBe('mail-unavailable');
    await sender.close();
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('that somebody waits for goes before what waits for a connection, and is given up sooner', async () => {
    const server = await catcher({ mode: 'slow', slowMs: 300 });
    const times = { connect: 5_000, silence: 10_000, mail: 10_000 };
    const sender = senderTo(server.url, { ...times, awaited: 10_000 });
    const order: string[] = [];
    const send = (own: Parameters<typeof sampleMail>[0], name: string) =>
      sender.send(sampleMail(own)).then(() => order.push(name));
    const many = Array.from({ length: 9 }, () => send({}, 'queued'));
    await Promise.all([...many, send({ awaited: true }, 'awaited')]);
    expect(order.indexOf('awaited')).toBeLessThan(6);
    server.mode('hang');
    const began = performance.now();
    const sooner = senderTo(server.url, { ...times, awaited: 300 });
    const failure = await failureOf(sooner.send(sampleMail({ awaited: true })));
    expect(failure.code).toBe('mail-unavailable');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('arrives as it was written, with its own Message-ID', async () => {
    const server = await catcher();
    const sent = await senderTo(server.url).send(
      sampleMail({
        attachments: [
          { name: 'Agreement.pdf', mediaType: 'application/pdf', content: Buffer.from('%PDF-1.7') },
          { name: 'review.ics', mediaType: 'text/calendar; method=PUBLISH', content: 'BEGIN' },
        ],
        headers: { 'X-Concordat-Instance': 'i-1' },
      }),
    );
    expect(sent.response).toMatch(/^250/);
    const mail = await server.waitFor(() => true);
    expect(mail).toMatchObject({
      messageId: '<i-1.4.0@partners.example.org>',
      recipients: ['lukasz@council.example'],
      subject: 'Please sign: Memorandum of understanding – Łódź',
      links: ['https://partners.example.org/l/abc'],
    });
    expect(mail.to).toContain('Łukasz Ŵyn');
    expect(mail.text.trim()).toBe('Dear Łukasz,\n\nhttps://partners.example.org/l/abc');
    expect(mail.html.trim()).toBe('<p>Dear Łukasz</p>');
    expect(mail.attachments.map((part) => [part.filename, part.contentType])).toEqual([
      ['Agreement.pdf', 'application/pdf'],
      ['review.ics', 'text/calendar'],
    ]);
    expect(mail.attachments[0]?.content.toString()).toBe('%PDF-1.7');
    const headers = mail.headerLines.map(({ line }) => line.toLowerCase());
    expect(headers).toContain('auto-submitted: auto-generated');
    expect(headers).toContain('x-concordat-instance: i-1');
    expect(headers).toContain('date: mon, 01 mar 2027 09:00:00 +0000');
  });

  it('uses a few connections however much is sent at once, and every mail comes once', async () => {
    const server = await catcher();
    const sender = senderTo(server.url, { connect: 2000, silence: 2000, mail: 5000 });
    const ids = Array.from({ length: 200 }, (_, index) => `<m-${index}@example.org>`);
    await Promise.all(ids.map((messageId) => sender.send(sampleMail({ messageId }))));
    expect(
      server
        .mails()
        .map((mail) => mail.messageId)
        .sort(),
    ).toEqual(ids.sort());
    // three of its own, and two that are kept for mails somebody waits for
    expect(server.mostConnections()).toBeLessThanOrEqual(5);
  });

  it('signs in when a user name is set, and says so when it is refused', async () => {
    const server = await catcher({ login: { user: 'relay', pass: 'p@ss' } });
    await senderTo(server.url).send(sampleMail());
    expect(server.mails()).toHaveLength(1);
    const wrong = senderTo(`smtp://relay:hunter2@127.0.0.1:${server.port}`);
    for (const work of [() => wrong.send(sampleMail()), () => wrong.verify()]) {
      const error = await failureOf(work());
      expect(error.code).toBe('mail-unavailable');
      expect(error.userMessage).toContain('user name and password');
      expect(`${error.message}${error.userMessage}`).not.toContain('hunter2');
    }
  });

  it('goes nowhere in clear when STARTTLS is required and not offered', async () => {
    const server = await catcher();
    const error = await failureOf(senderTo(`${server.url}?starttls=required`).send(sampleMail()));
    expect(error.code).toBe('mail-unavailable');
    expect(server.mails()).toEqual([]);
  });

  it('goes nowhere when the certificate of the server is not to be trusted', async () => {
    const server = await catcher({ startTls: true });
    const error = await failureOf(senderTo(server.url).send(sampleMail()));
    expect(error.code).toBe('mail-unavailable');
    expect(server.mails()).toEqual([]);
  });

  it.each(['refuse-recipient', 'refuse-data'] as const)(
    'that is refused for good (%s) is not to be tried again, and the next mail goes through',
    async (mode) => {
      const server = await catcher({ mode });
      const sender = senderTo(server.url);
      const error = await failureOf(sender.send(sampleMail()));
      expect(error.code).toBe('mail-refused');
      expect(error.userMessage).toMatch(/answered 55[04]/);
      expect(error.userMessage).not.toContain('lukasz');
      server.mode('accept');
      await sender.send(sampleMail());
      expect(server.mails()).toHaveLength(1);
    },
  );

  it.each(['slow', 'silent', 'hang', 'trickle', 'drop', 'busy', 'refuse-sender'] as const)(
    'that meets a failing server (%s) waits to be tried again, and then goes through',
    async (mode) => {
      const server = await catcher({ mode, slowMs: 1500 });
      const sender = senderTo(server.url);
      const before = Date.now();
      const error = await failureOf(sender.send(sampleMail()));
      expect(error.code).toBe('mail-unavailable');
      expect(error.userMessage).toContain('Nothing is lost');
      expect(Date.now() - before).toBeLessThan(2500);
      server.mode('accept');
      await sender.send(sampleMail());
      await server.waitFor((mail) => mail.messageId === sampleMail().messageId);
    },
  );

  it('waits for a server that is only a little slow', async () => {
    const server = await catcher({ mode: 'slow', slowMs: 200 });
    await senderTo(server.url).send(sampleMail());
    expect(server.mails()).toHaveLength(1);
  });

  it('that finds no server says where it looked', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const sender = senderTo(`smtp://127.0.0.1:${port}`);
    for (const work of [() => sender.send(sampleMail()), () => sender.verify()]) {
      const error = await failureOf(work());
      expect(error.code).toBe('mail-unavailable');
      expect(error.userMessage).toContain(`127.0.0.1:${port}`);
    }
  });

  it('can be checked without sending', async () => {
    const server = await catcher();
    await senderTo(server.url).verify();
    expect(server.mails()).toEqual([]);
    server.mode('silent');
    expect((await failureOf(senderTo(server.url).verify())).code).toBe('mail-unavailable');
  });

  it('finishes what is on its way before it is closed', async () => {
    const server = await catcher({ mode: 'slow', slowMs: 200 });
    const sender = senderTo(server.url);
    const sending = sender.send(sampleMail());
    await sender.close();
    await sending;
    expect(server.mails()).toHaveLength(1);
  });

  it('says where it goes without the password', () => {
    expect(senderTo('smtp://u:hunter2@relay.example').describe()).toBe(
      'SMTP server relay.example:587 (STARTTLS)',
    );
  });
});
