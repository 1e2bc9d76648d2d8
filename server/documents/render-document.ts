import { ConcordatError } from '../../engine/errors.ts';
import { type ClauseChoice, withClauseChoices } from './clause-choices.ts';
import { clauseNotes } from './clause-notes.ts';
import type { Block, DocumentTree, Section } from './document-tree.ts';
import { plainText } from './document-tree.ts';
import { parseAuthoredMarkdown, parseTemplateMarkdown } from './parse-markdown.ts';
import type { ClauseFile } from './template-file.ts';
import type { TemplateSurroundings } from './template-helpers.ts';
import type { Template } from './template-library.ts';
import { titleOfChoice } from './title-of-choice.ts';
import { visibleText } from './visible-text.ts';

export interface DocumentRequest {
  readonly template: Template;
  readonly data: unknown;
  /** ISO instant at which the document is drawn up. */
  readonly at: string;
  /** IANA name of the zone in which its dates and times are shown. */
  readonly timeZone: string;
  /** In place of the template's own title. */
  readonly title?: string;
  /** Documents that follow on pages of their own, such as the certificate of an executed copy. */
  readonly attachments?: readonly { readonly template: Template; readonly data: unknown }[];
}

interface DocumentData {
  readonly title?: unknown;
  readonly partnershipName?: unknown;
  /** Of an agreement: a draft carries notes on its clauses, the executed copy only the text. */
  readonly edition?: unknown;
  readonly clauses?: Readonly<Record<string, ClauseChoice>>;
}

/**
 * Draws a document from its template and data. Pure: the same request gives the same tree.
 * Throws `invalid-input` when the data does not fit the template's schema.
 */
export function renderDocument(asked: DocumentRequest): DocumentTree {
  const { template } = asked;
  const request = { ...asked, data: withClauseChoices(template.file, asked.data) };
  template.validate(request.data);
  const data = request.data as DocumentData;
  const title = visibleText(request.title ?? titleOf(template, data)).trim();
  const drawn = drawParts(request, '');
  const attached = (request.attachments ?? []).flatMap((attachment, index) =>
    drawAttachment({ ...request, ...attachment }, index),
  );
  return {
    title,
    shortTitle: shortTitleOf(template, data, title),
    template: { id: template.key, version: template.file.version, hash: template.hash },
    contents: template.file.contents,
    front: drawn.front,
    sections: [
      ...drawn.sections,
      ...(data.edition === 'draft'
        ? clauseNotes(template.file.sources, drawn.clauses, data.clauses ?? {})
        : []),
      ...attached,
    ],
  };
}

function titleOf(template: Template, data: DocumentData): string {
  return typeof data.title === 'string' && data.title.trim() !== ''
    ? data.title
    : template.file.title;
}

/** Names the partnership too, since the title alone is the same on every memorandum. */
function shortTitleOf(template: Template, data: DocumentData, title: string): string {
  const own = title === template.file.title ? (template.file.shortTitle ?? title) : title;
  const { partnershipName: name } = data;
  if (typeof name !== 'string' || name.trim() === '' || own.includes(name)) return own;
  return `${own}: ${visibleText(name).trim()}`;
}

function drawAttachment(request: DocumentRequest, index: number): Section[] {
  request.template.validate(request.data);
  const prefix = `attachment-${index + 1}-`;
  const { front, sections } = drawParts(request, prefix);
  const opening: Section = {
    id: `${prefix}${request.template.file.id}`,
    title: request.template.file.title,
    newPage: true,
    blocks: front,
  };
  return [opening, ...sections];
}

function drawParts(
  request: DocumentRequest,
  idPrefix: string,
): { front: Block[]; sections: Section[]; clauses: readonly ClauseFile[] } {
  const { template } = request;
  const { file } = template;
  const data = request.data as DocumentData;
  const clauses = file.clauses.filter((clause) => stands(clause, data));
  const numbers = new Map(
    clauses.map((clause, index) => [clause.id, { number: `${index + 1}`, title: clause.title }]),
  );
  const draw = (part: string): { markdown: string; authored: string[] } => {
    const surroundings: TemplateSurroundings = {
      at: request.at,
      timeZone: request.timeZone,
      clauses: numbers,
      authored: [],
      choiceTitle: (path, value) => titleOfChoice(file.dataSchema, path, value),
    };
    const render = template.parts.get(part);
    if (render === undefined) throw new ConcordatError('template-refused', `no part ${part}`);
    return { markdown: render(data, surroundings), authored: surroundings.authored };
  };
  const parse = (part: string): Block[] => {
    const { markdown, authored } = draw(part);
    return parseTemplateMarkdown(markdown, { authored });
  };
  const front = file.front === undefined ? [] : parse(file.front);
  if (front.some((block) => block.type === 'heading')) {
    throw new ConcordatError('template-refused', `${template.key}: ${file.front} has a heading`);
  }
  const sections = clauses.map((clause, index): Section => {
    const number = `${index + 1}`;
    const place = { clause: { id: `clause-${clause.id}`, number } };
    const own = data.clauses?.[clause.id]?.text;
    return {
      id: `${idPrefix}clause-${clause.id}`,
      number,
      title: clause.title,
      ...(clause.newPage === true && { newPage: true }),
      blocks:
        own !== undefined && own.trim() !== ''
          ? parseAuthoredMarkdown(own, place)
          : drawClause(draw(`clauses/${clause.id}.md.hbs`), place),
    };
  });
  const body = file.body === undefined ? [] : splitSections(parse(file.body), idPrefix);
  return { front, sections: [...sections, ...body], clauses };
}

function drawClause(
  drawn: { markdown: string; authored: string[] },
  place: { clause: { id: string; number: string } },
): Block[] {
  return parseTemplateMarkdown(drawn.markdown, { ...place, authored: drawn.authored });
}

/** A required clause always stands; others unless the data says no, or a flag they need is unset. */
function stands(clause: ClauseFile, data: DocumentData): boolean {
  if (clause.includeWhen !== undefined && readPath(data, clause.includeWhen) !== true) return false;
  return clause.required || data.clauses?.[clause.id]?.include !== false;
}

function readPath(data: unknown, path: string): unknown {
  let value: unknown = data;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** Every heading of the third level down stays inside; `##` begins a section. */
function splitSections(blocks: readonly Block[], idPrefix: string): Section[] {
  const sections: { id: string; title: string; blocks: Block[] }[] = [];
  for (const block of blocks) {
    if (block.type === 'heading' && block.level === 2) {
      const title = plainText(block.inlines);
      const slug = title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
      const id = `${idPrefix}part-${slug}`;
      const again = sections.filter((section) => section.id.replace(/--\d+$/, '') === id).length;
      sections.push({ id: again === 0 ? id : `${id}--${again + 1}`, title, blocks: [] });
    } else if (sections.length === 0) {
      throw new ConcordatError(
        'template-refused',
        'the body of a template begins without a heading',
      );
    } else {
      sections.at(-1)?.blocks.push(block);
    }
  }
  return sections;
}
