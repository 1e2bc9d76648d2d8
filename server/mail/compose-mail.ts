import { ConcordatError } from '../../engine/errors.ts';
import { escapeMarkdown } from '../documents/escape-markdown.ts';
import type { MailData } from './mail-data.ts';
import { oneLine } from './mail-headers.ts';
import type { MailSurroundings } from './mail-helpers.ts';
import { subjectInPlace } from './subject-in-place.ts';
import { parseMailMarkdown } from './mail-markdown.ts';
import type { MailAddress } from './mail-sender.ts';
import type { MailTemplate, MailTemplates } from './mail-template-library.ts';
import { mailToHtml } from './mail-to-html.ts';
import { mailToText } from './mail-to-text.ts';

/** What is kept, shown and exported where a personal link stood. */
const PERSONAL_LINK_PLACEHOLDER = '[personal link, not kept]';
const SECRET_PLACEHOLDER = '[not kept]';

interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A mail to send, and the same mail as it may be kept. */
export interface ComposedMail extends MailContent {
  readonly stored: MailContent;
}

/**
 * Renders a mail from its template. Text that people typed stands for itself: it becomes neither
 * template code nor Markdown nor HTML. `link` is the recipient's personal link; without one the
 * action leads to `data.url`. Throws `template-unknown`, `invalid-input` when `data.with` does not fit
 * the template, and `rendering-failed` when the mail has an action and there is no link.
 */
export function composeMail(
  templates: MailTemplates,
  mail: {
    readonly template: string;
    readonly to: MailAddress;
    readonly data: MailData;
    readonly link?: string | undefined;
    readonly placeholder?: string | undefined;
  },
): ComposedMail {
  const template = templates.get(mail.template);
  template.validate(mail.data.with);
  const { data, link } = mail;
  const personal = link !== undefined;
  const name = data.recipient.name || mail.to.name;
  const sent = render(template, link === undefined ? data : { ...data, url: link }, name, personal);

  const placeholder = mail.placeholder ?? PERSONAL_LINK_PLACEHOLDER;
  const kept = withoutSecrets(data, template.file.secret ?? [], link, placeholder);
  const stored = render(
    template,
    link === undefined ? kept : { ...kept, url: placeholder },
    name,
    personal,
  );
  if (link !== undefined && Object.values(stored).some((part: string) => part.includes(link))) {
    throw new ConcordatError('rendering-failed', `${template.name} would keep a personal link`);
  }
  return { ...sent, stored };
}

function render(
  template: MailTemplate,
  data: MailData,
  name: string,
  personal: boolean,
): MailContent {
  const { timeZone, name: installation } = data.installation;
  const surroundings: MailSurroundings = { timeZone, name: installation, actions: [] };
  const subject = oneLine(subjectInPlace(template.subject(data, surroundings), data));
  const greeting = name === '' ? 'Hello,' : `Dear ${escapeMarkdown(name)},`;
  const body = parseMailMarkdown(`${greeting}\n\n${template.body(data, surroundings)}`);
  const [action] = surroundings.actions;
  const foot = parseMailMarkdown(
    [
      `You get this mail because ${template.why(data, surroundings)}. It comes from ${escapeMarkdown(data.installation.name)}, ${escapeMarkdown(data.installation.url)}`,
      ...(personal && action !== undefined
        ? ['The link is personal: it is for you alone, so please do not forward this mail.']
        : []),
    ].join('\n\n'),
  );
  return {
    subject,
    text: mailToText({ body, foot, action }),
    html: mailToHtml({ subject, sender: data.installation.name, body, foot, action }),
  };
}

/** The data as it may be kept: no secret field, and no personal link wherever it might stand. */
function withoutSecrets(
  data: MailData,
  secret: readonly string[],
  link: string | undefined,
  placeholder: string,
): MailData {
  const own = { ...data.with };
  for (const field of secret) if (field in own) own[field] = SECRET_PLACEHOLDER;
  const kept: MailData = { ...data, with: own };
  return link === undefined ? kept : (replaceEverywhere(kept, link, placeholder) as MailData);
}

function replaceEverywhere(value: unknown, link: string, placeholder: string): unknown {
  if (typeof value === 'string') return value.replaceAll(link, placeholder);
  if (Array.isArray(value)) return value.map((item) => replaceEverywhere(item, link, placeholder));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceEverywhere(item, link, placeholder)]),
  );
}
