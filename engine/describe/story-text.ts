import type { StateStory, WayStory, WorkflowStory } from './workflow-story.ts';

const OUTCOMES = { good: 'a good end', neutral: 'an end', bad: 'an end nobody wanted' } as const;

/** A story as Markdown, or as plain text that reads well in a terminal or a mail. */
export function storyText(story: WorkflowStory, form: 'markdown' | 'text'): string {
  const heading = (level: number, text: string): string[] =>
    form === 'markdown'
      ? [`${'#'.repeat(Math.min(level, 6))} ${escapeMarkdown(text)}`, '']
      : [text, (level === 1 ? '=' : '-').repeat(text.length)];
  const write = form === 'markdown' ? escapeMarkdown : (text: string): string => text;
  const { start } = story;
  const begin = [
    start.by === '' ? 'Other workflows begin it.' : `${start.by} may begin it: “${start.label}”.`,
    ...(start.asks.length > 0 ? [`Asked for then: ${start.asks.join('; ')}.`] : []),
  ];
  const lines = [
    ...heading(1, story.title),
    write(story.summary),
    '',
    ...(story.sources.length > 0 ? [write(`From: ${story.sources.join('; ')}.`), ''] : []),
    ...begin.map((line) => `- ${write(line)}`),
    '',
    ...story.states.flatMap((state) => [
      ...heading(2 + state.level, stateTitle(state)),
      ...stateLines(state).map(([depth, line]) => `${'  '.repeat(depth)}- ${write(line)}`),
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function stateTitle({ title, kind, outcome, first }: StateStory): string {
  if (kind === 'end') return `${title} (${outcome ? OUTCOMES[outcome] : 'an end'})`;
  return first ? `${title} (comes first)` : title;
}

function stateLines(state: StateStory): readonly (readonly [number, string])[] {
  return [
    ...(state.waiting === null ? [] : [[0, state.waiting] as const]),
    ...state.tasks.map((task) => [0, `To do: ${task}`] as const),
    ...state.onArrival.map((line) => [0, `On arrival: ${line}`] as const),
    ...state.deadlines.flatMap(({ title, due, mails }) => [
      [0, `${title}: ${due}.`] as const,
      ...mails.map((mail) => [1, sentence(mail)] as const),
    ]),
    ...state.ways.flatMap(wayLines),
    ...state.onLeaving.map((line) => [0, `On leaving: ${line}`] as const),
  ];
}

function wayLines(way: WayStory): readonly (readonly [number, string])[] {
  const who = way.who === null ? way.what : `“${way.what}” (${way.who})`;
  const to = way.leadsTo === null ? '' : `; leads to “${way.leadsTo}”`;
  return [
    [0, `${who}${to}.`],
    ...(way.asks.length > 0 ? [[1, `Asked for: ${way.asks.join('; ')}.`] as const] : []),
    ...way.unless.map((line) => [1, `Not while: ${line}`] as const),
    ...way.brings.map((line) => [1, line] as const),
  ];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Authors' words must not become Markdown of their own. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|]/gu, (character) => `\\${character}`).replaceAll('\n', ' ');
}
