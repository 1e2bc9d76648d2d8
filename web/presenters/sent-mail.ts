import type { ShownMail } from '../../server/use-cases/sent-mail.ts';
import { formatInstant } from './format-date.ts';
import type { TableCell, TableView } from './table.ts';

export interface SentMailView {
  readonly subject: string;
  readonly facts: readonly { readonly key: string; readonly text: string; readonly href: string }[];
  readonly failed: string;
  readonly withheld: boolean;
  readonly text: string;
  readonly htmlHref: string;
}

const WITHHELD = 'About a confidential record';

/** The list of sent mail. */
export function presentSentMail(mails: readonly ShownMail[], timeZone: string): TableView {
  return {
    layout: 'mail',
    columns: [{ text: 'Subject' }, { text: 'To' }, { text: 'When' }, { text: 'Outcome' }],
    rows: mails.map(({ mail, withheld }) => ({
      cells: [
        { header: true, text: withheld ? WITHHELD : mail.subject, href: hrefOf(mail.messageId) },
        { label: 'To', text: mail.to },
        { label: 'When', text: formatInstant(mail.at, timeZone) },
        outcomeCell(mail.outcome),
      ],
    })),
  };
}

/** One mail as it was stored. */
export function presentOneMail({ mail, withheld }: ShownMail, timeZone: string): SentMailView {
  const attachments = mail.attachments ?? [];
  return {
    subject: withheld ? WITHHELD : mail.subject,
    facts: [
      { key: 'To', text: mail.to, href: '' },
      { key: 'When', text: formatInstant(mail.at, timeZone), href: '' },
      { key: 'Outcome', text: mail.outcome === 'sent' ? 'Sent' : 'Refused', href: '' },
      { key: 'Tries', text: String(mail.tries), href: '' },
      ...(attachments.length === 0 || withheld
        ? []
        : [{ key: 'Files with it', text: attachments.join(', '), href: '' }]),
      ...(mail.instance === null || withheld
        ? []
        : [{ key: 'About', text: 'Open the record', href: `/instances/${mail.instance}` }]),
    ],
    failed: mail.error ?? '',
    withheld,
    text: withheld ? '' : mail.text,
    htmlHref: withheld ? '' : `${hrefOf(mail.messageId)}/html`,
  };
}

/** Message-IDs stand in addresses without their angle brackets. */
function hrefOf(messageId: string): string {
  return `/sent-mail/${encodeURIComponent(messageId.replaceAll(/[<>]/gu, ''))}`;
}

function outcomeCell(outcome: 'sent' | 'failed'): TableCell {
  return outcome === 'sent'
    ? { label: 'Outcome', text: 'Sent', tag: 'green' }
    : { label: 'Outcome', text: 'Refused', tag: 'red' };
}
