import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { oversightOf } from '../access/oversight.ts';
import type { Services } from '../services.ts';
import type { SentMail } from '../store/mail-store.ts';

/** A mail as its reader may see it. */
export interface ShownMail {
  readonly mail: SentMail;
  /** It is about a confidential record that is not theirs: what it says is kept back. */
  readonly withheld: boolean;
}

/** Mails that are looked through for one page; beyond them it ends early and goes on with the next. */
const MOST_LOOKED_THROUGH = 1_000;

/** Sent mail, newest first. Throws `not-allowed` for who looks after nothing. */
export async function listSentMail(
  services: Services,
  asker: Asker,
  page: { readonly limit: number; readonly after?: string; readonly instance?: string },
): Promise<{ readonly mails: readonly ShownMail[]; readonly next: string | null }> {
  const oversight = await oversightOf(services, asker);
  const mails: ShownMail[] = [];
  let { after } = page;
  for (let looked = 0; ; ) {
    const found = await services.store.mails.list({
      limit: page.limit - mails.length,
      ...(page.instance === undefined ? {} : { instance: page.instance }),
      ...(after === undefined ? {} : { after }),
    });
    for (const mail of found.mails) {
      const shown = await oversight.shown(mail);
      if (shown !== 'nothing') mails.push({ mail, withheld: shown === 'withheld' });
    }
    looked += found.mails.length;
    const enough = mails.length >= page.limit || looked >= MOST_LOOKED_THROUGH;
    if (found.next === null || enough) return { mails, next: found.next };
    after = found.next;
  }
}

/** One mail as it was stored. Throws `not-found` for one that is not there for this asker. */
export async function readSentMail(
  services: Services,
  asker: Asker,
  messageId: string,
): Promise<ShownMail> {
  const oversight = await oversightOf(services, asker);
  const mail = await services.store.mails.get(messageId);
  const shown = mail ? await oversight.shown(mail) : 'nothing';
  if (mail && shown !== 'nothing') return { mail, withheld: shown === 'withheld' };
  throw new ConcordatError('not-found', 'no such mail for this asker', {
    userMessage: 'There is no such mail, or it belongs to a partnership that is not yours.',
  });
}
