import type { Token } from 'markdown-it';
import { escapeHtml } from '../documents/escape-html.ts';
import { LINE_BREAK_MARK } from '../documents/escape-markdown.ts';
import type { MailAction } from './mail-helpers.ts';

const INK = '#0b0c0c';
const FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

const STYLES: Readonly<Record<string, string>> = {
  p: 'margin:0 0 18px',
  h2: 'margin:26px 0 10px;font-size:20px;line-height:1.3',
  h3: 'margin:22px 0 8px;font-size:18px;line-height:1.3',
  ul: 'margin:0 0 18px;padding-left:22px',
  ol: 'margin:0 0 18px;padding-left:22px',
  li: 'margin:0 0 6px',
  blockquote: 'margin:0 0 18px;padding:2px 0 2px 16px;border-left:4px solid #8a9299',
};

/** The HTML part: one column, no tables, no images, nothing fetched from anywhere. */
export function mailToHtml(mail: {
  readonly subject: string;
  /** Who it comes from: stands above it. */
  readonly sender: string;
  readonly body: readonly Token[];
  readonly foot: readonly Token[];
  readonly action: MailAction | undefined;
}): string {
  return [
    '<!doctype html>',
    '<html lang="en-GB">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light">',
    `<title>${escapeHtml(mail.subject)}</title>`,
    '</head>',
    `<body style="margin:0;padding:24px 16px;background:#ffffff;color:${INK};font-family:${FONT};font-size:17px;line-height:1.5">`,
    '<div role="main" style="max-width:580px;margin:0 auto">',
    `<h1 style="margin:0 0 22px;padding-bottom:10px;border-bottom:2px solid #1d5a7a;color:#1d5a7a;font-size:16px;line-height:1.3">${escapeHtml(mail.sender)}</h1>`,
    blocks(mail.body, mail.action),
    '</div>',
    '<div role="contentinfo" style="max-width:580px;margin:32px auto 0;padding-top:14px;border-top:1px solid #b1b4b6;color:#484949;font-size:15px">',
    blocks(mail.foot, undefined),
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function blocks(tokens: readonly Token[], action: MailAction | undefined): string {
  let quoted = false;
  return tokens
    .map((token) => {
      if (token.tag === 'blockquote') quoted = token.nesting === 1;
      // A quote is one paragraph, with line breaks; its own margin is enough.
      if (quoted && token.type === 'paragraph_open') return '<p style="margin:0">';
      if (token.type === 'action') return action === undefined ? '' : actionHtml(action);
      if (token.type === 'inline') return (token.children ?? []).map(inline).join('');
      if (token.hidden) return '';
      if (token.nesting === -1) return `</${token.tag}>\n`;
      const style = STYLES[token.tag];
      return style === undefined ? `<${token.tag}>` : `<${token.tag} style="${style}">`;
    })
    .join('')
    .trimEnd();
}

function inline(token: Token): string {
  switch (token.type) {
    case 'text':
      return escapeHtml(token.content).replaceAll(LINE_BREAK_MARK, '<br>');
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return '<br>\n';
    default:
      return token.nesting === 0
        ? escapeHtml(token.content)
        : `<${token.nesting === -1 ? '/' : ''}${token.tag}>`;
  }
}

/** What was kept of a mail has a placeholder where its personal link stood, and is no link. */
function actionHtml({ label, url }: MailAction): string {
  if (!/^https?:\/\//.test(url)) {
    return `<p style="${STYLES['p']}"><strong>${escapeHtml(label)}</strong>: ${escapeHtml(url)}</p>\n`;
  }
  return `<p style="margin:26px 0"><a href="${escapeHtml(url)}" style="display:inline-block;padding:13px 22px;background:#1d5a7a;color:#ffffff;font-weight:bold;text-decoration:none;border-radius:4px">${escapeHtml(label)}</a></p>\n`;
}
