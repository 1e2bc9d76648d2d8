import type { ClauseChoice } from './clause-choices.ts';
import type { Section } from './document-tree.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { parseTemplateMarkdown } from './parse-markdown.ts';
import type { ClauseFile } from './template-file.ts';

const PREFACE =
  'These notes are for the people who read and comment on the draft. They are no part of the text that is agreed and signed.';

/**
 * Why each clause of a draft is there, with the guide it comes from, on a page after the text; and of a
 * clause in the parties' own words, why they chose them. None where the document has no clauses.
 */
export function clauseNotes(
  sources: readonly string[],
  clauses: readonly ClauseFile[],
  choices: Readonly<Record<string, ClauseChoice>>,
): readonly Section[] {
  if (clauses.length === 0) return [];
  const rows = clauses.map(({ id, title, reason }, index) => {
    const own = Object.hasOwn(choices, id) ? choices[id] : undefined;
    const words =
      own?.text === undefined ? reason : `In the parties’ own words. ${own.reason ?? ''} ${reason}`;
    return `| ${index + 1} | ${escapeMarkdown(title)} | ${escapeMarkdown(words)} |`;
  });
  const guides = sources.map((source) => `- ${escapeMarkdown(source)}`);
  const markdown = [
    PREFACE,
    '',
    '| Clause | Title | Why it is there |',
    '|---|---|---|',
    ...rows,
    '',
    ...(guides.length === 0 ? [] : ['The guides that are named:', '', ...guides]),
  ];
  return [
    {
      id: 'clause-notes',
      title: 'Why each clause is there',
      newPage: true,
      blocks: parseTemplateMarkdown(markdown.join('\n'), { authored: [] }),
    },
  ];
}
