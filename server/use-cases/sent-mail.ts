import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { oversightOf } from '../access/oversight.ts';
import type { Services } from '../services.ts';
import type { SentMail } from '../store/mail-store.ts';
import { fillPage } from './fill-page.ts';

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
  const { instance, ...part } = page;
  const { items, next } = await fillPage(
    { ...part, most: MOST_LOOKED_THROUGH },
    async (at) => {
      const where = instance === undefined ? at : { ...at, instance };
      const found = await services.store.mails.list(where);
      return { items: found.mails, next: found.next };
    },
    (mails) =>
      Promise.all(
        mails.map(async (mail): Promise<ShownMail | null> => {
          const shown = await oversight.shown(mail);
          return shown === 'nothing' ? null : { mail, withheld: shown === 'withheld' };
        }),
      ),
  );
  return { mails: items, next };
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
