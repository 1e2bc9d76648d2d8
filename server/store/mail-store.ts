import type { Page, PageAsk } from './page.ts';

/** A mail as it was sent, with a placeholder where a link's token stood. */
export interface SentMail {
  /** The stable Message-ID; a mail is recorded once under it. */
  readonly messageId: string;
  readonly at: string;
  readonly person: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names of the files that went with it; absent for none. */
  readonly attachments?: readonly string[];
  readonly instance: string | null;
  readonly partnership: string | null;
  readonly task: string | null;
  readonly tries: number;
  readonly outcome: 'sent' | 'failed';
  readonly error: string | null;
}

export interface MailStore {
  /** Keeps or replaces it; what is recorded as sent stays as it is. */
  put(mail: SentMail): Promise<void>;
  get(messageId: string): Promise<SentMail | undefined>;
  /** Newest first; `after` is the cursor of the page before. */
  list(filter: {
    readonly instance?: string;
    readonly limit: number;
    readonly after?: string;
  }): Promise<{ readonly mails: readonly SentMail[]; readonly next: string | null }>;
  /** Every mail, by Message-ID: where one stands does not change when it is sent at last. */
  all(page: PageAsk): Promise<Page<SentMail>>;
}
