import { ConcordatError } from '../../engine/errors.ts';
import { linkAddress } from '../instance-address.ts';
import { titleInWords } from '../access/name-ids.ts';
import { sendMail } from '../mail/send-mail.ts';
import { newToken } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { LinkRecord } from '../store/link.ts';
import { freshLink } from '../access/fresh-link.ts';
import { type OpenedLink, openLink } from './open-link.ts';

/** A link is mailed so often at most: whoever presses the button of an old one fills no mailbox. */
const MOST_SENDINGS = 3;

const RENEWABLE: ReadonlySet<OpenedLink['status']> = new Set([
  'expired',
  'text-changed',
  'replaced',
  'address-changed',
]);

/** May the button alone send a new link? Only in place of one that cannot be used any more. */
export function isRenewable({ status }: OpenedLink): boolean {
  return RENEWABLE.has(status);
}

/** Does it still work, so that giving it up takes more than a button? */
export function isReplaceable({ status }: OpenedLink): boolean {
  return status === 'open';
}

/**
 * Sends a new link, for the text as it stands now, to the person's own address; the old one ends and
 * says so, but not before the mail has gone. For one that was replaced already, its successor is sent
 * again. Throws `link-withdrawn` when there is nothing left to ask, `link-used` when the old one was
 * used meanwhile, `too-many-requests` after a few, and what sending a mail throws.
 */
export async function renewLink(services: Services, opened: OpenedLink): Promise<void> {
  const newest = await newestOf(services, opened);
  if (newest !== opened && isReplaceable(newest)) return sendAgain(services, newest);
  if (isRenewable(newest) || isReplaceable(newest)) return replace(services, newest);
  throw new ConcordatError('link-withdrawn', `a link that is ${newest.status} is not renewed`, {
    userMessage: 'There is nothing to decide by this link any more, so no new one was sent.',
  });
}

/** The link that stands in place of one that was replaced. */
async function newestOf(services: Services, opened: OpenedLink): Promise<OpenedLink> {
  let newest = opened;
  for (let next = opened.link.replacedBy; next !== null; next = newest.link.replacedBy) {
    const link = await services.store.links.get(next);
    if (!link) break;
    newest = await openLink(services, link);
  }
  return newest;
}

/** The same link under one more token: it is spent once, whichever is used. */
async function sendAgain(services: Services, opened: OpenedLink): Promise<void> {
  const { link } = opened;
  const sent = link.tokenHashes.length;
  if (sent >= MOST_SENDINGS) {
    throw new ConcordatError('too-many-requests', `link ${link.id} was sent ${sent} times`, {
      userMessage:
        'A new link has been sent to you several times. Look into the spam folder, or ask the coordinator of the partnership.',
    });
  }
  const token = newToken();
  await services.store.links.put({ ...link, tokenHashes: [...link.tokenHashes, sha256(token)] });
  await mailLink(services, opened, { ...link, key: `link-again:${link.id}:${sent}`, token });
}

async function replace(services: Services, opened: OpenedLink): Promise<void> {
  const { store } = services;
  const { link } = opened;
  const token = newToken();
  const fresh = freshLink(services, opened, token);
  const { id } = fresh;
  await store.links.put(fresh);
  const drop = () => store.links.put({ ...fresh, state: 'withdrawn' });
  try {
    await mailLink(services, opened, { ...fresh, key: `link-renewed:${id}`, token });
  } catch (error) {
    await drop();
    throw error;
  }
  if (await store.links.put({ ...link, state: 'replaced', replacedBy: id })) return;
  await drop();
  throw new ConcordatError('link-used', `link ${link.id} ended while it was renewed`, {
    userMessage: 'This link was used or taken back in the same moment. Open it again to see how.',
  });
}

async function mailLink(
  services: Services,
  { person, view, document }: OpenedLink,
  given: Pick<LinkRecord, 'organisation' | 'expiresAt'> & {
    readonly key: string;
    readonly token: string;
  },
): Promise<void> {
  const { store, config } = services;
  const { key, token, expiresAt } = given;
  const organisation =
    given.organisation === null ? null : await store.directory.organisation(given.organisation);
  await sendMail(services, {
    key,
    template: 'link-renewed',
    awaited: true,
    person,
    organisation: organisation?.name ?? null,
    instance: {
      id: view.id,
      title: await titleInWords(store, view.title),
      state: view.place.title,
    },
    ...(view.partnership ? { partnership: view.partnership } : {}),
    with: { subject: document?.title ?? view.title, until: expiresAt },
    link: linkAddress(config.url, token),
  });
}
