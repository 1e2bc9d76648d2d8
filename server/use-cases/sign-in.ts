import { setTimeout as delay } from 'node:timers/promises';
import { ConcordatError } from '../../engine/errors.ts';
import { expiryOf } from '../expiry-of.ts';
import { linkAddress } from '../instance-address.ts';
import { sendMail } from '../mail/send-mail.ts';
import { newId, newToken } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import { newLink } from '../store/new-link.ts';
import type { Person } from '../store/directory.ts';
import type { LinkRecord } from '../store/link.ts';

/** How long a sign-in link works. */
const SIGN_IN_MINUTES = 30;
/** Everybody waits so long: the write that a known address costs is done well within it. */
const ANSWERED_AFTER_MS = 250;

/**
 * Sends a sign-in link to a known address. Nothing tells the outside whether the address is known: the
 * answer takes the same time, and comes before the mail has gone. A mail that cannot be sent is in the
 * log. Answers the link's id, or null. `returnTo` is a path of our own. Throws what the store throws:
 * nobody is told to look for a mail whose link could not be kept.
 */
export async function requestSignIn(
  services: Services,
  email: string,
  returnTo: string | null,
): Promise<string | null> {
  const [id] = await Promise.all([
    beginSignIn(services, email, returnTo),
    delay(ANSWERED_AFTER_MS),
  ]);
  return id;
}

async function beginSignIn(
  services: Services,
  email: string,
  returnTo: string | null,
): Promise<string | null> {
  const { store } = services;
  const person = await store.directory.personByEmail(email.trim().toLowerCase());
  if (!person || person.disabledAt !== null) return null;
  const link = await makeSignInLink(services, person, {
    returnTo,
    lasts: `PT${SIGN_IN_MINUTES}M`,
    mailed: true,
  });
  const organisation = await store.directory.organisation(person.organisation);
  void sendMail(services, {
    key: `sign-in:${link.id}`,
    template: 'sign-in',
    awaited: true,
    person,
    organisation: organisation?.name ?? null,
    with: { minutes: SIGN_IN_MINUTES },
    link: link.address,
  }).catch((error: unknown) => {
    services.log.error({ person: person.id, err: error }, 'a sign-in link could not be sent');
  });
  return link.id;
}

/**
 * A link that signs somebody in, once, until it expires (`lasts` is an ISO 8601 duration). One that is
 * mailed may be opened, and its button pressed, by a program that looks through mail: it takes the
 * address it was sent to as well, unless the browser is the one that asked for it.
 */
export async function makeSignInLink(
  { store, clock, config }: Services,
  person: Person,
  options: {
    readonly returnTo: string | null;
    readonly lasts: string;
    readonly mailed?: boolean;
  },
): Promise<{ readonly id: string; readonly address: string }> {
  const now = clock.now();
  const token = newToken();
  const id = newId();
  await store.links.put(
    newLink({
      id,
      purpose: 'sign-in',
      person: person.id,
      organisation: person.organisation,
      tokenHashes: [sha256(token)],
      createdAt: now,
      expiresAt: expiryOf(now, options.lasts),
      needsCode: options.mailed === true,
      returnTo: isOwnPath(options.returnTo) ? options.returnTo : null,
    }),
  );
  return { id, address: linkAddress(config.url, token) };
}

/** The person a sign-in link is for; spends the link. Throws `link-used` or `link-expired`. */
export async function signInByLink(
  { store, clock }: Services,
  link: LinkRecord,
): Promise<{ readonly person: Person; readonly returnTo: string }> {
  const now = clock.now();
  if (link.expiresAt <= now) {
    throw new ConcordatError('link-expired', 'the sign-in link has expired', {
      userMessage: 'This sign-in link is too old. Ask for a new one on the sign-in page.',
    });
  }
  const person = link.person === null ? undefined : await store.directory.person(link.person);
  if (!person || person.disabledAt !== null || !(await store.links.spend(link.id, now))) {
    throw new ConcordatError('link-used', 'the sign-in link was used', {
      userMessage:
        'This sign-in link has been used already. Ask for a new one on the sign-in page.',
    });
  }
  return { person, returnTo: link.returnTo ?? '/work' };
}

/** A path on this site, and nothing that a browser would take for another site's address. */
function isOwnPath(path: string | null): path is string {
  return path !== null && /^\/(?![/\\])[\w\-./?=&%]*$/u.test(path);
}
