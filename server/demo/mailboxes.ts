import type { MailSender, OutgoingMail } from '../mail/mail-sender.ts';

/** What people of the story find in their mail. */
export interface Mailboxes {
  /** Sends as the one given, and puts what has left into the mailboxes. */
  readonly sender: MailSender;
  /** Mails that went to an address, newest first. */
  mailsTo(address: string): readonly OutgoingMail[];
}

/** Mailboxes that fill with what a sender really takes over. */
export function mailboxes(sender: MailSender): Mailboxes {
  const mails = new Map<string, OutgoingMail[]>();
  return {
    sender: {
      ...sender,
      async send(mail) {
        const answer = await sender.send(mail);
        const address = mail.to.address.toLowerCase();
        mails.set(address, [mail, ...(mails.get(address) ?? [])]);
        return answer;
      },
    },
    mailsTo: (address) => mails.get(address.toLowerCase()) ?? [],
  };
}
