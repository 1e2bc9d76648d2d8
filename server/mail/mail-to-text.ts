import type { Token } from 'markdown-it';
import { LINE_BREAK_MARK } from '../documents/escape-markdown.ts';
import type { MailAction } from './mail-helpers.ts';

/** The text part. Paragraphs are not wrapped, and the link stands bare on a line of its own. */
export function mailToText(mail: {
  readonly body: readonly Token[];
  readonly foot: readonly Token[];
  readonly action: MailAction | undefined;
}): string {
  return `${blocks(mail.body, mail.action)}\n\n--\n${blocks(mail.foot, undefined)}\n`;
}

function blocks(tokens: readonly Token[], action: MailAction | undefined): string {
  const parts: string[] = [];
  /** What stands before the first line of the next paragraph, and before its other lines. */
  let mark = '';
  const indents: string[] = [];
  const numbers: (number | null)[] = [];
  let tight = false;
  for (const token of tokens) {
    switch (token.type) {
      case 'action':
        if (action !== undefined) parts.push(`${action.label}:\n${action.url}`);
        tight = false;
        break;
      case 'bullet_list_open':
        numbers.push(null);
        break;
      case 'ordered_list_open':
        numbers.push(1);
        break;
      case 'bullet_list_close':
      case 'ordered_list_close':
        numbers.pop();
        tight = false;
        break;
      case 'list_item_open': {
        const number = numbers.pop() ?? null;
        mark = number === null ? '- ' : `${number}. `;
        numbers.push(number === null ? null : number + 1);
        indents.push(' '.repeat(mark.length));
        break;
      }
      case 'list_item_close':
        indents.pop();
        break;
      case 'blockquote_open':
        indents.push('    ');
        break;
      case 'blockquote_close':
        indents.pop();
        break;
      case 'inline': {
        const indent = indents.join('');
        const first = mark === '' ? indent : indent.slice(mark.length) + mark;
        const text = inline(token).split('\n').join(`\n${indent}`);
        // The items of one list follow one another without an empty line.
        if (mark !== '' && tight) parts.push(`${parts.pop() ?? ''}\n${first}${text}`);
        else parts.push(first + text);
        tight = mark !== '';
        mark = '';
        break;
      }
      default:
        break;
    }
  }
  return parts.join('\n\n');
}

function inline(token: Token): string {
  return (token.children ?? [])
    .map((child) => {
      if (child.type === 'softbreak') return ' ';
      if (child.type === 'hardbreak') return '\n';
      return child.content.replaceAll(LINE_BREAK_MARK, '\n');
    })
    .join('');
}
