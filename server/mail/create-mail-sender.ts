import type { Config } from '../settings.ts';
import type { MailSender } from './mail-sender.ts';
import { outboxSender } from './outbox-sender.ts';
import { smtpSender } from './smtp-sender.ts';

/** The way mail leaves that the settings ask for. */
export function createMailSender(config: Pick<Config, 'mail' | 'outbox'>): MailSender {
  return config.mail.kind === 'outbox' ? outboxSender(config.outbox) : smtpSender(config.mail);
}
