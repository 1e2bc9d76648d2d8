import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { OutgoingMail } from '../mail/mail-sender.ts';
import type { Services } from '../services.ts';
import type { Person } from '../store/directory.ts';
import { actByLink } from '../use-cases/act-by-link.ts';
import { markOf } from '../use-cases/decided-on.ts';
import { sendLinkCode } from '../use-cases/link-code.ts';
import { linkByToken, type OpenedLink, openLink } from '../use-cases/open-link.ts';
import type { Mailboxes } from './mailboxes.ts';

export interface ActByMail {
  readonly person: Person;
  readonly instance: string;
  readonly event: string;
  readonly fields: JsonObject;
  readonly idempotencyKey: string;
}

/**
 * Somebody opens the link in the newest of their mails that lets them do this, types the code that
 * comes by a second mail where one is asked for, and does it. Throws `not-found` without such a mail.
 */
export async function actByMail(
  services: Services,
  { mailsTo }: Pick<Mailboxes, 'mailsTo'>,
  { person, instance, event, fields, idempotencyKey }: ActByMail,
): Promise<void> {
  let opened = await linkFor(services, mailsTo(person.email), person, instance, event);
  const { needsCode, id } = opened.link;
  let code = '';
  if (needsCode) {
    await sendLinkCode(services, opened);
    const [newest] = mailsTo(person.email);
    code = /\b(\d{6})\b/u.exec(newest?.text ?? '')?.[1] ?? '';
    const link = await services.store.links.get(id);
    if (link) opened = await openLink(services, link);
  }
  const option = opened.view.options.find((one) => one.event === event);
  const signs = option?.form.properties?.['fullName'] !== undefined;
  const typedName = signs ? null : person.name;
  const manifest = opened.document?.manifest ?? '';
  const read = option === undefined ? '' : markOf(opened.view, option);
  const act = { event, fields, manifest, read, typedName, code, idempotencyKey };
  await actByLink(services, opened, act);
}

async function linkFor(
  services: Services,
  mails: readonly OutgoingMail[],
  person: Person,
  instance: string,
  event: string,
): Promise<OpenedLink> {
  for (const { text } of mails) {
    for (const [, token = ''] of text.matchAll(/\/l\/([\w-]{20,})/gu)) {
      const link = await linkByToken(services, token);
      if (link.instance !== instance || link.state !== 'open') continue;
      const opened = await openLink(services, link);
      const offered = opened.view.options.some((option) => option.event === event);
      if (opened.status === 'open' && offered) return opened;
    }
  }
  throw new ConcordatError(
    'not-found',
    `${person.name} has ${mails.length} mails, and no open link in them for ${event}`,
  );
}
