import type { SendMailOptions } from 'nodemailer';
import { ConcordatError } from '../../engine/errors.ts';
import type { MailAddress, OutgoingMail } from './mail-sender.ts';

/** Headers that are ours alone: a caller's header cannot add a recipient or change the body. */
const RESERVED =
  /^(to|from|sender|cc|bcc|reply-to|subject|date|message-id|mime-version|content-.*|return-path|received|resent-.*|auto-submitted|dkim-.*)$/i;

/**
 * The mail in nodemailer's form. Nothing in it can begin another header line: control characters
 * in names, subjects and header values become spaces. Throws `mail-refused` for an address that no
 * server could take, `bad-request` for a Message-ID or header name that is none.
 */
export function toMailOptions(mail: OutgoingMail): SendMailOptions {
  if (
    !/^<[\w.!#$%&*+/=?^`{|}~-]{1,150}@(\[[0-9a-f:.]{2,45}\]|[\w.-]{1,253})>$/.test(mail.messageId)
  ) {
    throw new ConcordatError('bad-request', 'the Message-ID is not <something@somewhere>');
  }
  const date = new Date(mail.date);
  if (Number.isNaN(date.getTime())) {
    throw new ConcordatError('bad-request', 'the date of a mail is not an ISO instant');
  }
  return {
    messageId: mail.messageId,
    date,
    from: toAddress(mail.from),
    to: toAddress(mail.to),
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    attachments: (mail.attachments ?? []).map((attachment) => ({
      filename: oneLine(attachment.name).replace(/[/\\"]/g, '-'),
      contentType: oneLine(attachment.mediaType),
      content:
        typeof attachment.content === 'string'
          ? attachment.content
          : Buffer.from(attachment.content),
    })),
    headers: {
      ...ownHeaders(mail.headers ?? {}),
      // So that no absence notice answers, and no such answer counts as a person's.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    // What is attached is given as bytes; a path or address in a template reads nothing.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Text as it may stand in a header. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 300);
}

function toAddress({ name, address }: MailAddress): { name: string; address: string } {
  if (!/^[^\s@<>",;:()[\]\\\p{Cc}]{1,64}@[^\s@<>",;:()[\]\\\p{Cc}]{1,253}$/u.test(address)) {
    throw new ConcordatError('mail-refused', 'the address of a mail is no e-mail address', {
      userMessage:
        'This is not an e-mail address that mail can be sent to. Correct it and send again.',
    });
  }
  return { name: oneLine(name), address };
}

function ownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,60}$/.test(name) || RESERVED.test(name)) {
      throw new ConcordatError('bad-request', `a mail cannot be given the header ${oneLine(name)}`);
    }
    own[name] = oneLine(value);
  }
  return own;
}
