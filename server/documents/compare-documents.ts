import { diffArrays } from 'diff';
import { type Block, type DocumentTree, type Section, sectionHeading } from './document-tree.ts';
import { blocksText } from './document-to-text.ts';

export interface DocumentChange {
  /** The section's stable id; `front` for the title and what stands above the contents. */
  readonly id: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'renumbered';
  /** Number and title, as they stand now; as they stood, for a section that was removed. */
  readonly heading: string;
  /** Number and title as they stood, where these differ. */
  readonly formerHeading?: string;
  /** The text as changed: without the added parts it is the old text, without the removed the new. */
  readonly parts: readonly ChangePart[];
}

export interface ChangePart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Beyond this many edits a clause is shown as replaced whole: a finer comparison says no more. */
const MOST_EDITS = 1_000;

/**
 * What changed from one version of a document to the next, section by section in the order of the
 * new one, to show each person who is asked to sign again. Sections are matched by id, so a clause
 * that only got another number counts as renumbered.
 */
export function compareDocuments(before: DocumentTree, after: DocumentTree): DocumentChange[] {
  const old = [frontOf(before), ...before.sections];
  const now = [frontOf(after), ...after.sections];
  const oldById = new Map(old.map((section) => [section.id, section]));
  const nowIds = new Set(now.map((section) => section.id));
  const changes: DocumentChange[] = [];
  for (const section of now) {
    const former = oldById.get(section.id);
    const change = former === undefined ? whole(section, 'added') : compareSection(former, section);
    if (change !== undefined) changes.push(change);
  }
  const removed = old.filter((section) => !nowIds.has(section.id));
  return [...changes, ...removed.map((section) => whole(section, 'removed'))];
}

function frontOf(tree: DocumentTree): Section {
  const title = { type: 'paragraph', inlines: [{ type: 'text', text: tree.title }] } as const;
  return { id: 'front', title: 'First page', blocks: [title, ...tree.front] };
}

function whole(section: Section, kind: 'added' | 'removed'): DocumentChange {
  const parts = [{ kind, text: comparableText(section) }];
  return { id: section.id, kind, heading: sectionHeading(section), parts };
}

function compareSection(before: Section, after: Section): DocumentChange | undefined {
  const [heading, formerHeading] = [sectionHeading(after), sectionHeading(before)];
  const parts = compareTexts(comparableText(before), comparableText(after));
  const isChanged = before.title !== after.title || parts.some((part) => part.kind !== 'same');
  if (!isChanged && heading === formerHeading) return undefined;
  return {
    id: after.id,
    kind: isChanged ? 'changed' : 'renumbered',
    heading,
    ...(formerHeading !== heading && { formerHeading }),
    parts,
  };
}

/** Paragraph numbers are left out: a clause put in earlier would else change every later one. */
function comparableText(section: Section): string {
  return blocksText(withoutNumbers(section.blocks));
}

function withoutNumbers(blocks: readonly Block[]): Block[] {
  return blocks.map((block): Block => {
    switch (block.type) {
      case 'numbered': {
        const items = block.items.map((item) => withoutNumbers(item.blocks));
        return { type: 'list', ordered: false, items };
      }
      case 'list':
        return { ...block, items: block.items.map(withoutNumbers) };
      case 'note':
      case 'signature':
        return { ...block, blocks: withoutNumbers(block.blocks) };
      default:
        return block;
    }
  });
}

const words = new Intl.Segmenter('en-GB', { granularity: 'word' });

/** The difference of two texts word by word. */
export function compareTexts(before: string, after: string): ChangePart[] {
  if (before === after) return before === '' ? [] : [{ kind: 'same', text: before }];
  const changes = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: MOST_EDITS });
  if (changes === undefined) {
    return joinParts([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ]);
  }
  return joinParts(
    changes.map((change): ChangePart => {
      const kind = change.added ? 'added' : change.removed ? 'removed' : 'same';
      return { kind, text: change.value.join('') };
    }),
  );
}

function wordsOf(text: string): string[] {
  return Array.from(words.segment(text), (segment) => segment.segment);
}

/** Changes with nothing but a space between them read better as one: `ten days` for `two weeks`. */
function joinParts(parts: readonly ChangePart[]): ChangePart[] {
  const joined: ChangePart[] = [];
  let removed = '';
  let added = '';
  const flush = (): void => {
    if (removed !== '') joined.push({ kind: 'removed', text: removed });
    if (added !== '') joined.push({ kind: 'added', text: added });
    removed = '';
    added = '';
  };
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'removed') removed += part.text;
    else if (part.kind === 'added') added += part.text;
    else if (/^ +$/.test(part.text) && removed !== '' && added !== '' && index < parts.length - 1) {
      removed += part.text;
      added += part.text;
    } else {
      flush();
      if (part.text !== '') joined.push(part);
    }
  }
  flush();
  return joined;
}
