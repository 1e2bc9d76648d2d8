import type { Token } from 'markdown-it';
import type { Inline, TextRun } from './document-tree.ts';
import { LINE_BREAK_MARK } from './escape-markdown.ts';

/** Reads Markdown's inline tokens into runs of text that each know their own emphasis and link. */
export function parseInline(tokens: readonly Token[]): Inline[] {
  const inlines: Inline[] = [];
  const style: { strong: number; emphasis: number; link: string | undefined } = {
    strong: 0,
    emphasis: 0,
    link: undefined,
  };
  const add = (text: string): void => {
    const lines = text.split(LINE_BREAK_MARK);
    for (const [index, line] of lines.entries()) {
      if (index > 0) inlines.push({ type: 'break' });
      if (line !== '') addRun(inlines, line, style);
    }
  };
  for (const token of tokens) {
    switch (token.type) {
      case 'strong_open':
        style.strong += 1;
        break;
      case 'strong_close':
        style.strong -= 1;
        break;
      case 'em_open':
        style.emphasis += 1;
        break;
      case 'em_close':
        style.emphasis -= 1;
        break;
      case 'link_open':
        style.link = String(token.attrGet('href') ?? '');
        break;
      case 'link_close':
        style.link = undefined;
        break;
      case 'softbreak':
        add(' ');
        break;
      case 'hardbreak':
        inlines.push({ type: 'break' });
        break;
      default:
        add(token.content);
    }
  }
  return inlines;
}

function addRun(
  inlines: Inline[],
  text: string,
  style: { strong: number; emphasis: number; link: string | undefined },
): void {
  const run: TextRun = {
    type: 'text',
    text,
    ...(style.strong > 0 && { strong: true }),
    ...(style.emphasis > 0 && { emphasis: true }),
    ...(style.link !== undefined && { link: style.link }),
  };
  const last = inlines.at(-1);
  const joins =
    last?.type === 'text' &&
    last.strong === run.strong &&
    last.emphasis === run.emphasis &&
    last.link === run.link;
  if (joins) inlines[inlines.length - 1] = { ...last, text: last.text + text };
  else inlines.push(run);
}
