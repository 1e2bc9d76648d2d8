/** One mail to one person. */
export interface OutgoingMail {
  /** Stable, as `<…@…>`: the same mail sent again carries the same one. */
  readonly messageId: string;
  /** When it was written, as an ISO instant. */
  readonly date: string;
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments?: readonly MailAttachment[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Somebody waits for it at a page: it goes before others, and is given up sooner. */
  readonly awaited?: boolean;
}

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

export interface MailAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array | string;
}

/** How mail leaves the server. */
export interface MailSender {
  readonly kind: 'smtp' | 'outbox';
  /**
   * Resolves when the mail has been taken over for good. Throws `mail-unavailable` when it should be
   * tried again later, and `mail-refused` when this mail to this address will never be taken.
   */
  send(mail: OutgoingMail): Promise<{ readonly response: string }>;
  /** Throws `mail-unavailable` with what to do when no mail could be sent now; sends nothing. */
  verify(): Promise<void>;
  /** Breaks off at once what is on its way, which then fails as `mail-unavailable`. */
  abandon(): void;
  /** Ends connections; a mail on its way is finished first. */
  close(): Promise<void>;
  /** Where mail goes, in words, without a password. */
  describe(): string;
}
