import { isConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { composeMail } from './compose-mail.ts';
import type { MailData } from './mail-data.ts';
import type { MailAttachment } from './mail-sender.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { Person } from '../store/directory.ts';

/** One mail to one person, as an effect or a use case asks for it. */
export interface MailRequest {
  /** Stable: the same key and person give the same Message-ID, and a mail is sent once under it. */
  readonly key: string;
  readonly template: string;
  readonly person: Person;
  readonly organisation: string | null;
  readonly with: JsonObject;
  readonly instance?: { readonly id: string; readonly title: string; readonly state: string };
  readonly partnership?: { readonly id: string; readonly title: string };
  readonly actor?: MailData['actor'];
  readonly due?: string;
  readonly url?: string;
  /** The recipient's personal link; it is not kept. */
  readonly link?: string;
  readonly attachments?: readonly MailAttachment[];
  readonly task?: string;
  /** Somebody waits for it at a page. */
  readonly awaited?: boolean;
}

export type MailOutcome = 'sent' | 'sent-before';

/**
 * Sends one mail and keeps what was sent, with a placeholder where a personal link stood. A mail that
 * is known to have gone out is not sent again. Throws `mail-unavailable` (try again later) and
 * `mail-refused` (never again); the refusal is kept too.
 */
export async function sendMail(
  services: Pick<Services, 'config' | 'store' | 'clock' | 'mail' | 'mailTemplates'>,
  request: MailRequest,
): Promise<MailOutcome> {
  const { config, store, clock, mail } = services;
  const { person } = request;
  const messageId = messageIdOf(config.url, request.key, person.id);
  const known = await store.mails.get(messageId);
  if (known?.outcome === 'sent') return 'sent-before';
  const installation = await store.installation.get();
  const data: MailData = {
    installation: {
      name: installation?.name ?? 'Concordat',
      url: config.url,
      timeZone: installation?.timeZone ?? config.timeZone,
    },
    recipient: { name: person.name, organisation: request.organisation },
    ...(request.partnership ? { partnership: { title: request.partnership.title } } : {}),
    ...(request.instance
      ? { instance: { title: request.instance.title, state: request.instance.state } }
      : {}),
    ...(request.due === undefined ? {} : { due: request.due }),
    ...(request.actor ? { actor: request.actor } : {}),
    ...(request.url === undefined ? {} : { url: request.url }),
    with: request.with,
  };
  const to = { name: person.name, address: person.email };
  const composed = composeMail(services.mailTemplates, {
    template: request.template,
    to,
    data,
    link: request.link,
  });
  const at = clock.now();
  const record = {
    messageId,
    at,
    person: person.id,
    to: person.email,
    ...composed.stored,
    instance: request.instance?.id ?? null,
    partnership: request.partnership?.id ?? null,
    task: request.task ?? null,
    ...(request.attachments ? { attachments: request.attachments.map(({ name }) => name) } : {}),
    tries: (known?.tries ?? 0) + 1,
  };
  try {
    const { subject, text, html } = composed;
    const attachments = request.attachments ?? [];
    await mail.send({
      messageId,
      date: at,
      from: config.mailFrom,
      to,
      subject,
      text,
      html,
      attachments,
      ...(request.awaited === true ? { awaited: true } : {}),
    });
  } catch (error) {
    if (isConcordatError(error) && error.code === 'mail-refused') {
      await store.mails.put({ ...record, outcome: 'failed', error: error.message });
    }
    throw error;
  }
  await store.mails.put({ ...record, outcome: 'sent', error: null });
  return 'sent';
}

/** Whether the mail under this key is known to have gone out to this person. */
export async function wasSent(
  { config, store }: Pick<Services, 'config' | 'store'>,
  key: string,
  person: string,
): Promise<boolean> {
  return (await store.mails.get(messageIdOf(config.url, key, person)))?.outcome === 'sent';
}

function messageIdOf(url: string, key: string, person: string): string {
  const host = new URL(url).hostname;
  return `<${sha256(`${key}\n${person}`).slice(0, 40)}@${host}>`;
}
