import markdownIt, { type MarkdownIt, type StateBlock, type Token } from 'markdown-it';

/**
 * The Markdown of mail templates: paragraphs, lists, headings, quotes, emphasis, and the line
 * `::: action`. No links, no images, no HTML: whatever survives escaping has nothing to become.
 */
const markdown: MarkdownIt = markdownIt('zero').enable([
  'list',
  'heading',
  'blockquote',
  'emphasis',
  'entity',
  'escape',
]);
markdown.block.ruler.before('blockquote', 'action', parseAction, { alt: ['paragraph', 'list'] });

/** The tokens of a mail's body. */
export function parseMailMarkdown(text: string): Token[] {
  return markdown.parse(text, {});
}

function parseAction(state: StateBlock, line: number, _end: number, silent: boolean): boolean {
  if ((state.sCount[line] ?? 0) !== 0) return false;
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  if (state.src.slice(start, state.eMarks[line]).trimEnd() !== '::: action') return false;
  if (silent) return true;
  state.push('action', '', 0).block = true;
  state.line = line + 1;
  return true;
}
