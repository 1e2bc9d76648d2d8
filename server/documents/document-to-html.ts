import type { Block, Cell, DocumentTree, Inline, Section } from './document-tree.ts';
import { escapeHtml } from './escape-html.ts';

export interface HtmlOptions {
  /** The level of the document's title, since it stands in a page with headings of its own: 1 to 3. */
  readonly titleLevel?: 1 | 2 | 3;
}

/**
 * The document as an HTML fragment in GOV.UK Frontend's classes, with an anchor at each clause and
 * numbered paragraph. Numbers are text, not list styling, so that copies keep them. Everything that
 * comes from the tree is escaped here; links are those the tree was given by its template.
 */
export function documentToHtml(tree: DocumentTree, options: HtmlOptions = {}): string {
  const level = options.titleLevel ?? 2;
  return [
    `<article class="document" lang="en-GB">`,
    `<h${level} class="govuk-heading-l">${escapeHtml(tree.title)}</h${level}>`,
    blocksHtml(tree.front, level),
    tree.contents ? contentsHtml(tree.sections) : '',
    ...tree.sections.map((section) => sectionHtml(section, level + 1)),
    '</article>',
  ].join('\n');
}

function contentsHtml(sections: readonly Section[]): string {
  const items = sections.map(
    (section) =>
      `<li><a class="govuk-link" href="#${escapeHtml(section.id)}">${headingHtml(section)}</a></li>`,
  );
  return [
    '<nav class="document-contents" aria-label="Contents of this document">',
    '<ul class="govuk-list">',
    ...items,
    '</ul>',
    '</nav>',
  ].join('\n');
}

function headingHtml(section: Section): string {
  const title = escapeHtml(section.title);
  return section.number === undefined ? title : `${escapeHtml(section.number)}. ${title}`;
}

function sectionHtml(section: Section, level: number): string {
  const id = escapeHtml(section.id);
  return [
    `<section class="document-section" id="${id}" aria-labelledby="${id}-heading">`,
    `<h${level} class="govuk-heading-m" id="${id}-heading">${headingHtml(section)}</h${level}>`,
    blocksHtml(section.blocks, level),
    '</section>',
  ].join('\n');
}

/** Blocks under a heading of `level`. */
function blocksHtml(blocks: readonly Block[], level: number): string {
  return blocks.map((block) => blockHtml(block, level)).join('\n');
}

function blockHtml(block: Block, level: number): string {
  switch (block.type) {
    case 'heading': {
      const tag = `h${Math.min(level + 1, 6)}`;
      return `<${tag} class="govuk-heading-s">${inlinesHtml(block.inlines)}</${tag}>`;
    }
    case 'paragraph':
      return `<p class="govuk-body">${inlinesHtml(block.inlines)}</p>`;
    case 'numbered':
      return [
        '<ol class="govuk-list document-clauses">',
        ...block.items.map(
          (item) =>
            `<li id="${escapeHtml(item.id)}"><span class="document-clause-number">${escapeHtml(item.number)}</span>\n<div class="document-clause-text">${blocksHtml(item.blocks, level)}</div></li>`,
        ),
        '</ol>',
      ].join('\n');
    case 'list': {
      const [tag, kind] = block.ordered ? ['ol', 'number'] : ['ul', 'bullet'];
      const items = block.items.map((item) => `<li>${itemHtml(item, level)}</li>`);
      return `<${tag} class="govuk-list govuk-list--${kind}">\n${items.join('\n')}\n</${tag}>`;
    }
    case 'table':
      return tableHtml(block.head, block.rows);
    case 'definitions':
      return [
        '<dl class="govuk-summary-list">',
        ...block.rows.map(
          (row) =>
            `<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">${inlinesHtml(row.term)}</dt><dd class="govuk-summary-list__value">${inlinesHtml(row.value)}</dd></div>`,
        ),
        '</dl>',
      ].join('\n');
    case 'signature':
      return `<div class="document-signature">\n${blocksHtml(block.blocks, level)}\n</div>`;
    case 'note':
      return `<div class="govuk-inset-text">\n${blocksHtml(block.blocks, level)}\n</div>`;
    default:
      return ''; // page breaks
  }
}

/** A list item of one paragraph needs no paragraph of its own. */
function itemHtml(blocks: readonly Block[], level: number): string {
  const [first] = blocks;
  if (blocks.length === 1 && first?.type === 'paragraph') return inlinesHtml(first.inlines);
  return blocksHtml(blocks, level);
}

function tableHtml(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const headCells = head.map(
    (cell) => `<th scope="col" class="govuk-table__header">${inlinesHtml(cell)}</th>`,
  );
  const bodyRows = rows.map((row) => {
    const cells = row.map((cell) => `<td class="govuk-table__cell">${inlinesHtml(cell)}</td>`);
    return `<tr class="govuk-table__row">${cells.join('')}</tr>`;
  });
  return [
    '<div class="document-table" role="group" aria-label="Table" tabindex="0"><table class="govuk-table">',
    `<thead class="govuk-table__head"><tr class="govuk-table__row">${headCells.join('')}</tr></thead>`,
    `<tbody class="govuk-table__body">`,
    ...bodyRows,
    '</tbody></table></div>',
  ].join('\n');
}

function inlinesHtml(inlines: readonly Inline[]): string {
  return inlines.map(inlineHtml).join('');
}

function inlineHtml(inline: Inline): string {
  if (inline.type === 'break') return '<br>';
  let html = escapeHtml(inline.text);
  if (inline.strong === true) html = `<strong>${html}</strong>`;
  if (inline.emphasis === true) html = `<em>${html}</em>`;
  if (inline.link === undefined) return html;
  return `<a class="govuk-link" href="${escapeHtml(inline.link)}">${html}</a>`;
}
