import { randomInt } from 'node:crypto';
import { ConcordatError } from '../../engine/errors.ts';
import { expiryOf } from '../expiry-of.ts';
import { titleInWords } from '../access/name-ids.ts';
import { sendMail } from '../mail/send-mail.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { LinkRecord } from '../store/link.ts';
import { type OpenedLink, requireOpen } from './open-link.ts';

const CODE_MINUTES = 15;
/** For the whole life of a link, so that asking for new codes brings no new guesses. */
const MOST_TRIES = 10;

/** Sends the one-time code of a link by e-mail to the person the link is for. */
export async function sendLinkCode(services: Services, opened: OpenedLink): Promise<void> {
  requireOpen(opened);
  const { store, clock } = services;
  const { link, person, view } = opened;
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
  await store.links.put({
    ...link,
    codeHash: codeHash(link, code),
    codeExpiresAt: expiryOf(clock.now(), `PT${CODE_MINUTES}M`),
  });
  const organisation =
    link.organisation === null ? null : await store.directory.organisation(link.organisation);
  await sendMail(services, {
    key: `code:${link.id}:${newId()}`,
    template: 'one-time-code',
    awaited: true,
    person,
    organisation: organisation?.name ?? null,
    instance: {
      id: view.id,
      title: await titleInWords(store, view.title),
      state: view.place.title,
    },
    with: { code, minutes: CODE_MINUTES },
  });
}

/**
 * Checks a typed code; throws `invalid-input`, and `too-many-requests` once a link was tried too
 * often. Each is counted as wrong before it is looked at, so that guesses sent all at once count too.
 */
export async function checkLinkCode(
  { store, clock }: Services,
  link: LinkRecord,
  typed: string,
): Promise<void> {
  const { codeHash: known, codeExpiresAt } = link;
  if (known === null || codeExpiresAt === null || codeExpiresAt <= clock.now()) {
    throw wrongCode('Ask for a code first; a code works for 15 minutes.');
  }
  if ((await store.links.countWrongCode(link.id)) > MOST_TRIES) {
    throw new ConcordatError('too-many-requests', 'too many tries of a code', {
      userMessage:
        'Codes were typed too often with this link, so it takes no more. Open it again and have a new link sent.',
    });
  }
  if (codeHash(link, typed.replaceAll(/\s/gu, '')) === known) return;
  throw wrongCode('This is not the code from the e-mail. Check it and type it again.');
}

function codeHash(link: LinkRecord, code: string): string {
  return sha256(`${link.id}\n${code}`);
}

function wrongCode(userMessage: string): ConcordatError {
  return new ConcordatError('invalid-input', 'wrong code', {
    userMessage,
    details: { problems: [{ path: '/code', keyword: 'code', params: {}, message: 'code' }] },
  });
}
