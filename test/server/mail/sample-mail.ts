import type { OutgoingMail } from '../../../server/mail/mail-sender.ts';

/** A plain mail; `change` overrides parts of it. */
export function sampleMail(change: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    messageId: '<i-1.4.0@partners.example.org>',
    date: '2027-03-01T09:00:00.000Z',
    from: { name: 'Partnerships', address: 'partnerships@example.org' },
    to: { name: 'Łukasz Ŵyn', address: 'lukasz@council.example' },
    subject: 'Please sign: Memorandum of understanding – Łódź',
    text: 'Dear Łukasz,\n\nhttps://partners.example.org/l/abc\n',
    html: '<p>Dear Łukasz</p>',
    ...change,
  };
}
