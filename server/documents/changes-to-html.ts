import type { ChangePart, DocumentChange } from './compare-documents.ts';
import { escapeHtml } from './escape-html.ts';

const KINDS: Readonly<Record<DocumentChange['kind'], string>> = {
  added: 'New',
  removed: 'Removed',
  changed: 'Changed',
  renumbered: 'Number changed, text the same',
};

/**
 * The changes between two versions of a document as an HTML fragment. Added and removed words are
 * marked by `<ins>` and `<del>`, and by words that only screen readers meet, since these commonly do
 * not announce the elements. `headingLevel` is that of each clause's heading.
 */
export function changesToHtml(
  changes: readonly DocumentChange[],
  options: { readonly headingLevel?: 2 | 3 | 4 } = {},
): string {
  const level = options.headingLevel ?? 3;
  if (changes.length === 0) return '<p class="govuk-body">Nothing in the text has changed.</p>';
  return changes.map((change) => changeHtml(change, level)).join('\n');
}

function changeHtml(change: DocumentChange, level: number): string {
  const former =
    change.formerHeading === undefined
      ? ''
      : `<p class="govuk-hint">Before: ${escapeHtml(change.formerHeading)}</p>\n`;
  const text = change.kind === 'renumbered' ? '' : textHtml(change.parts);
  return [
    `<section class="document-change document-change--${change.kind}">`,
    `<h${level} class="govuk-heading-s">${escapeHtml(change.heading)} <strong class="govuk-tag">${KINDS[change.kind]}</strong></h${level}>`,
    `${former}${text}</section>`,
  ].join('\n');
}

function textHtml(parts: readonly ChangePart[]): string {
  return `<p class="govuk-body document-change-text">${parts.map(partHtml).join('')}</p>\n`;
}

function partHtml(part: ChangePart): string {
  const text = escapeHtml(part.text).replaceAll('\n', '<br>');
  if (part.kind === 'same') return text;
  const [tag, word] = part.kind === 'added' ? ['ins', 'added'] : ['del', 'removed'];
  const hidden = (words: string): string => `<span class="govuk-visually-hidden">${words}</span>`;
  return `<${tag}>${hidden(`[${word}: `)}${text}${hidden(']')}</${tag}>`;
}
