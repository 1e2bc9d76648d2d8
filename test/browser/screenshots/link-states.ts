import type { Services } from '../../../server/services.ts';
import { linkByToken, openLink, type OpenedLink } from '../../../server/use-cases/open-link.ts';
import { readOutbox } from '../../support/read-outbox.ts';

/** A personal link out of a mail, with the person it was sent to. */
export interface FoundLink {
  readonly address: string;
  readonly opened: OpenedLink;
}

/** Every personal link that was ever mailed, the newest first, as it stands now. */
export async function linksInMails(
  services: Services,
  outbox: string,
): Promise<readonly FoundLink[]> {
  const found: FoundLink[] = [];
  for (const { text } of [...(await readOutbox(outbox))].reverse()) {
    for (const address of text?.match(/https?:\/\/\S+\/l\/[\w-]+/gu) ?? []) {
      const link = await linkByToken(services, address.split('/').at(-1) ?? '');
      if (link.purpose !== 'decide' && link.purpose !== 'take-part') continue;
      found.push({ address, opened: await openLink(services, link) });
    }
  }
  return found;
}
