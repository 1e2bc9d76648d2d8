import { ConcordatError } from '../../engine/errors.ts';
import { titleWithNames } from '../access/name-title.ts';
import { linkAddress } from '../effects/instance-address.ts';
import { expiryOf } from '../effects/ask.ts';
import { namesById } from '../effects/name-ids.ts';
import { sendMail } from '../effects/send-mail.ts';
import { newId, newToken } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { LinkRecord } from '../store/link.ts';
import type { OpenedLink } from './open-link.ts';

const NEW_LINK_LASTS = 'P30D';

/** May a new link be sent in place of this one? Not when nothing is waited for any more. */
export function isRenewable({ status }: OpenedLink): boolean {
  return status === 'open' || status === 'expired' || status === 'text-changed';
}

/**
 * Sends a new link, for the text as it stands now, to the person's own address; the old one ends and
 * says so. Throws `link-withdrawn` when there is nothing left to ask.
 */
export async function renewLink(services: Services, opened: OpenedLink): Promise<void> {
  const { store, clock, config } = services;
  const { link, person, view, document } = opened;
  if (!isRenewable(opened)) {
    throw new ConcordatError('link-withdrawn', `a link that is ${opened.status} is not renewed`, {
      userMessage: 'There is nothing to decide by this link any more, so no new one was sent.',
    });
  }
  const now = clock.now();
  const token = newToken();
  const id = newId();
  const fresh: LinkRecord = {
    ...link,
    id,
    manifest: link.document === null ? null : (document?.manifest ?? null),
    tokenHashes: [sha256(token)],
    codeHash: null,
    codeExpiresAt: null,
    codeTries: 0,
    createdAt: now,
    expiresAt: expiryOf(now, NEW_LINK_LASTS),
  };
  await store.links.put(fresh);
  await store.links.put({ ...link, state: 'replaced', replacedBy: id });
  const organisation =
    link.organisation === null ? null : await store.directory.organisation(link.organisation);
  await sendMail(services, {
    key: `link-renewed:${id}`,
    template: 'link-renewed',
    person,
    organisation: organisation?.name ?? null,
    instance: {
      id: view.id,
      title: titleWithNames(await namesById(store), view.title),
      state: view.place.title,
    },
    ...(view.partnership ? { partnership: view.partnership } : {}),
    with: { subject: document?.title ?? view.title, until: fresh.expiresAt },
    link: linkAddress(config.url, token),
  });
}
