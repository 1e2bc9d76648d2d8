import { createTransport } from 'nodemailer';
import * as fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { toMailOptions } from '../../../server/mail/mail-headers.ts';
import type { OutgoingMail } from '../../../server/mail/mail-sender.ts';
import { sampleMail } from './sample-mail.ts';

const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

async function parsed(mail: OutgoingMail): ReturnType<typeof simpleParser> {
  const { message } = await transport.sendMail(toMailOptions(mail));
  return simpleParser(message);
}

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
];

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\u2028',
        '\0',
        '<',
        '>',
        ',',
        '"',
        ':',
        ';',
        '=?utf-8?B?',
        '?=',
      ),
      fc.constantFrom(
        'Bcc: x@evil.example',
        'Content-Type: text/html',
        'Subject: other',
        '\r\n\r\n<b>',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => parts.join(''));

describe('what stands in a mail header', () => {
  it('can never add a header, a recipient or a body, whatever was typed', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (subject, toName, fromName) => {
        const sample = sampleMail();
        const mail = await parsed(
          sampleMail({
            subject,
            to: { name: toName, address: sample.to.address },
            from: { name: fromName, address: sample.from.address },
          }),
        );
        const names = [...new Set(mail.headerLines.map(({ key }) => key))].sort();
        expect(names.filter((name) => name !== 'subject')).toEqual(
          HEADERS.filter((name) => name !== 'subject'),
        );
        expect(mail.headerLines.filter(({ key }) => key === 'to')).toHaveLength(1);
        const to = Array.isArray(mail.to) ? mail.to : [mail.to];
        expect(to.flatMap((one) => one?.value.map(({ address }) => address))).toEqual([
          sample.to.address,
        ]);
        expect(mail.from?.value.map(({ address }) => address)).toEqual([sample.from.address]);
        expect(mail.text?.trim()).toBe(sample.text.trim());
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    'a@b.example\r\nRCPT TO:<c@d.example>',
    'a@b.example, c@d.example',
    'a b@c.example',
    '<a@b.example>',
    'a@b@c.example',
    'nobody',
    '',
  ])('refuses the address %j', (address) => {
    expect(() => toMailOptions(sampleMail({ to: { name: 'A', address } }))).toThrow(
      expect.objectContaining({ code: 'mail-refused' }),
    );
  });

  it('takes the Message-IDs of every host a server may have', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'xn--d-zga.example']) {
      expect(toMailOptions(sampleMail({ messageId: `<a1@${host}>` })).messageId).toContain(host);
    }
  });

  it('refuses a Message-ID that is none, and headers that are not a caller’s', () => {
    expect(() => toMailOptions(sampleMail({ messageId: '<a@b>\r\nBcc: x@y' }))).toThrow(
      'Message-ID',
    );
    expect(() => toMailOptions(sampleMail({ headers: { Bcc: 'x@y.example' } }))).toThrow('Bcc');
    expect(() => toMailOptions(sampleMail({ headers: { 'X-A: b\r\nBcc': 'x@y' } }))).toThrow(
      'header',
    );
  });

  it('reads no file and fetches nothing that a part of the mail names', async () => {
    const options = toMailOptions(sampleMail());
    await expect(
      transport.sendMail({ ...options, attachments: [{ path: '/etc/hostname' }] }),
    ).rejects.toThrow('File access rejected');
  });
});
