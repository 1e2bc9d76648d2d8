import type { MarkdownIt, StateBlock } from 'markdown-it';

/** The closed list of our own blocks in a template's Markdown. */
const CONTAINERS = new Set(['signature', 'note']);
const LEAVES = new Set(['page-break', 'authored']);

/**
 * Adds `::: name` … `:::` containers (`signature`, `note`) and the one-line directives
 * `::: page-break` and `::: authored N` to a Markdown parser. A value that an author typed cannot
 * begin one, since its colons are escaped.
 */
export function addDirectiveRule(markdown: MarkdownIt): void {
  markdown.block.ruler.before('fence', 'directive', parseDirective, {
    alt: ['paragraph', 'list'],
  });
}

function parseDirective(
  state: StateBlock,
  startLine: number,
  endLine: number,
  silent: boolean,
): boolean {
  const match = /^::: ([a-z-]+)(?: (\d+))?$/.exec(lineAt(state, startLine));
  if (match === null) return false;
  const name = match[1] ?? '';
  if (LEAVES.has(name)) {
    if (silent) return true;
    const token = state.push(`directive_${name}`, '', 0);
    token.info = match[2] ?? '';
    token.block = true;
    state.line = startLine + 1;
    return true;
  }
  if (!CONTAINERS.has(name)) return false;
  if (silent) return true;
  let end = startLine + 1;
  while (end < endLine && lineAt(state, end) !== ':::') end += 1;
  const before = { parentType: state.parentType, lineMax: state.lineMax };
  state.push(`${name}_open`, '', 1);
  state.lineMax = end;
  state.md.block.tokenize(state, startLine + 1, end);
  state.push(`${name}_close`, '', -1);
  state.parentType = before.parentType;
  state.lineMax = before.lineMax;
  state.line = Math.min(end + 1, endLine);
  return true;
}

/** A line's text. It may stand further out than the text around it: it then ends a list. */
function lineAt(state: StateBlock, line: number): string {
  if ((state.sCount[line] ?? 0) > state.blkIndent) return '';
  return state.src
    .slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line] ?? 0)
    .trimEnd();
}
