import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentToHtml } from '../../../server/documents/document-to-html.ts';
import { documentToText } from '../../../server/documents/document-to-text.ts';
import type { Block, DocumentTree } from '../../../server/documents/document-tree.ts';
import { escapeMarkdown } from '../../../server/documents/escape-markdown.ts';
import { parseTemplateMarkdown } from '../../../server/documents/parse-markdown.ts';
import { visibleText } from '../../../server/documents/visible-text.ts';
import { type AgreementData, draw, sampleOf } from '../../support/template-library.ts';

/** Strings that mean something to Handlebars, Markdown, HTML, or our own directives. */
const dangerous = fc.constantFrom(
  '{{terms}}',
  '{{{title}}}',
  '{{> clauses/money}}',
  '{{#each parties}}',
  '{{@root.title}}',
  '{{constructor.constructor "return process"}}',
  '<script>alert(1)</script>',
  '<img src=x onerror=y>',
  '![a](http://x.example/a.png)',
  '[a](javascript:alert(1))',
  '[a](http://x.example)',
  '<http://x.example>',
  'http://x.example',
  '[a]: http://x.example',
  '# heading',
  '\n## heading\n',
  '\n===\n',
  '\n---\n',
  '- item',
  '1. item',
  '> quote',
  '```\ncode\n```',
  '    code',
  '`code`',
  '*em*',
  '**strong**',
  '__a__',
  '| a | b |',
  '\n|---|---|\n',
  '\\',
  '\\|',
  '&lt;',
  '&#60;script&#62;',
  '::: page-break',
  '\n:::\n',
  '::: authored 0',
  '\n::: signature\n',
  '\u2028',
  '\u2029',
  '\u0000',
  '\u0007',
  '\u202Etxt.exe',
  '\uD800',
  '\r\n',
  '\t',
  '~~a~~',
  'file:///etc/passwd',
  '../../etc/passwd',
  '<!--',
  '<![CDATA[',
  '%PDF-1.7',
);
const typed = fc
  .array(
    fc.oneof(dangerous, fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(' ', '\n')),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => Array.from(parts.join('')).slice(0, 100).join(''));

const squeeze = (text: string): string => visibleText(text).replace(/\s+/g, ' ').trim();

/** Every place where an author types: a line, a table cell, a list, a heading, a definition. */
function withText(sample: AgreementData, text: string): AgreementData {
  const data = structuredClone(sample);
  data.partnershipName = `x${text}`;
  Object.assign(data.parties[0] ?? {}, { name: `x${text}`, address: text });
  Object.assign(data.terms, {
    people: text,
    purposes: [text, `x ${text}`],
    contributions: [{ party: 'harbour', what: `x${text}`, when: text }],
    governanceGroup: text,
    reservedDecisions: [text],
    costSharing: text,
  });
  return data;
}

interface Shape {
  readonly blocks: string[];
  readonly links: string[];
}

function shapeOf(tree: DocumentTree): Shape {
  const shape: Shape = { blocks: [], links: [] };
  const walk = (blocks: readonly Block[]): void => {
    for (const block of blocks) {
      shape.blocks.push(block.type);
      if (block.type === 'list') block.items.forEach(walk);
      if (block.type === 'numbered') for (const item of block.items) walk(item.blocks);
      if (block.type === 'note' || block.type === 'signature') walk(block.blocks);
      const inlines =
        block.type === 'paragraph' || block.type === 'heading'
          ? [block.inlines]
          : block.type === 'table'
            ? [...block.head, ...block.rows.flat()]
            : block.type === 'definitions'
              ? block.rows.flatMap((row) => [row.term, row.value])
              : [];
      for (const inline of inlines.flat()) {
        if (inline.type === 'text' && inline.link !== undefined) shape.links.push(inline.link);
      }
    }
  };
  walk(tree.front);
  for (const section of tree.sections) walk(section.blocks);
  return shape;
}

/** A value of several lines stands as lines, whatever its style; those breaks are no structure. */
const tagsOf = (html: string): string[] =>
  html
    .replace(/<\/strong>(<br>)+<strong>/g, '')
    .replaceAll('<br>', '')
    .match(/<\/?[a-z][^>]*>/gi) ?? [];

describe('text that an author types', { timeout: 120_000 }, () => {
  let sample: AgreementData;
  beforeAll(async () => {
    sample = await sampleOf('agreements/mou');
    // The choices of wording that depend on values being there are then the same for every text.
    sample.terms['moneyHolder'] = 'harbour';
  });

  it('stands in the document as it was typed, in every place, and never as structure', async () => {
    const plain = await draw('agreements/mou', withText(sample, 'word'));
    const plainShape = shapeOf(plain);
    const plainTags = tagsOf(documentToHtml(plain));
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        fc.pre(squeeze(text) !== '');
        const tree = await draw('agreements/mou', withText(sample, text));
        expect(squeeze(documentToText(tree))).toContain(squeeze(text));
        expect(shapeOf(tree)).toEqual(plainShape);
        expect(tagsOf(documentToHtml(tree))).toEqual(plainTags);
      }),
      { numRuns: 300 },
    );
  });

  it('survives escaping exactly, wherever Markdown puts it', () => {
    fc.assert(
      fc.property(typed, (text) => {
        fc.pre(squeeze(text) !== '');
        const escaped = escapeMarkdown(text);
        for (const markdown of [
          escaped,
          `- ${escaped}`,
          `> ${escaped}`,
          `a ${escaped} b`,
          `### ${escaped}`,
        ]) {
          const [block, ...others] = parseTemplateMarkdown(markdown);
          expect(others).toEqual([]);
          expect(block?.type).toBe(
            parseTemplateMarkdown(markdown.replace(escaped, 'word'))[0]?.type,
          );
        }
        const cells = parseTemplateMarkdown(`| A | B |\n|---|---|\n| ${escaped} | ${escaped} |`);
        expect(cells).toHaveLength(1);
        expect(cells[0]?.type === 'table' && cells[0].rows).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('makes no link, heading, table or tag in a passage of the author’s own', async () => {
    const shape = shapeOf(await draw('agreements/mou', sample));
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        fc.pre(squeeze(text) !== '');
        const data = structuredClone(sample);
        data.clauses = { publicity: { text: `x ${text}` } };
        data.terms['background'] = `x ${text}`;
        const tree = await draw('agreements/mou', data);
        const own = tree.sections.find((section) => section.id === 'clause-publicity');
        const { blocks, links } = shapeOf({
          ...tree,
          front: [],
          sections: own === undefined ? [] : [own],
        });
        expect(links).toEqual([]);
        expect(blocks.filter((type) => !['paragraph', 'list', 'numbered'].includes(type))).toEqual(
          [],
        );
        expect(shapeOf(tree).links).toEqual(shape.links);
        expect(documentToHtml(tree)).not.toMatch(/<(script|img|iframe|a [^>]*href="(?!#))/i);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps paragraphs, lists and emphasis in a passage of the author’s own, numbered as a clause', async () => {
    const data = structuredClone(sample);
    data.clauses = {
      publicity: {
        text: 'We *agree* on **this**:\n\n1. first\n   1. inner\n2. second\n\n- bullet\n\n# not a heading',
      },
    };
    const tree = await draw('agreements/mou', data);
    const own = tree.sections.find((section) => section.id === 'clause-publicity');
    const html = documentToHtml({
      ...tree,
      front: [],
      contents: false,
      sections: own === undefined ? [] : [own],
    });
    expect(html).toContain('We <em>agree</em> on <strong>this</strong>:');
    expect(html).toContain('<span class="document-clause-number">15.1</span>');
    expect(html).toContain('<span class="document-clause-number">(a)</span>');
    expect(html).toContain('<li>bullet</li>');
    expect(html).toContain('<p class="govuk-body"># not a heading</p>');
  });

  it('shows characters that would hide or turn round what the document says', () => {
    expect(visibleText('pay \u202E001\u0000')).toBe('pay [U+202E]001[U+0000]');
    expect(visibleText('a\uD800b')).toBe('a[U+D800]b');
    expect(visibleText('a\r\nb\u2028c\td')).toBe('a\nb\nc d');
    expect(visibleText('Łódź Ŵyn Ελένη 👩‍👧')).toBe('Łódź Ŵyn Ελένη 👩‍👧');
  });
});
