import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesToHtml } from '../../../server/documents/changes-to-html.ts';
import { compareDocuments, compareTexts } from '../../../server/documents/compare-documents.ts';
import { draw, sampleOf } from '../../support/template-library.ts';

const key = 'agreements/mou';

describe('comparing two versions of a document', () => {
  it('finds nothing where nothing has changed', async () => {
    const tree = await draw(key, await sampleOf(key));
    expect(compareDocuments(tree, tree)).toEqual([]);
    expect(changesToHtml([])).toContain('Nothing in the text has changed.');
  });

  it('shows the changed words of the changed clause, and no other', async () => {
    const data = await sampleOf(key);
    const before = await draw(key, data);
    data.terms['disputeWorkingDaysPerLevel'] = 15;
    const changes = compareDocuments(before, await draw(key, data));
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      id: 'clause-disputes',
      kind: 'changed',
      heading: '11. Disputes',
    });
    expect(changes[0]?.parts.filter((part) => part.kind !== 'same')).toEqual([
      { kind: 'removed', text: '10' },
      { kind: 'added', text: '15' },
    ]);
    const html = changesToHtml(changes);
    expect(html).toContain('<del><span class="govuk-visually-hidden">[removed: </span>10<');
    expect(html).toContain('<ins><span class="govuk-visually-hidden">[added: </span>15<');
  });

  it('tells a clause that was left out from those that only got another number', async () => {
    const data = await sampleOf(key);
    const before = await draw(key, data);
    data.clauses = { publicity: { include: false } };
    const changes = compareDocuments(before, await draw(key, data));
    expect(changes.map(({ id, kind }) => ({ id, kind }))).toEqual([
      { id: 'clause-notices', kind: 'renumbered' },
      { id: 'clause-legal-effect', kind: 'renumbered' },
      { id: 'clause-signatures', kind: 'renumbered' },
      { id: 'clause-publicity', kind: 'removed' },
    ]);
    expect(changes[0]).toMatchObject({ heading: '15. Notices', formerHeading: '16. Notices' });
    const back = compareDocuments(await draw(key, data), before);
    expect(back.find((change) => change.id === 'clause-publicity')?.kind).toBe('added');
  });

  it('shows a party that has joined on the first page and in the clauses that name it', async () => {
    const data = await sampleOf(key);
    const before = await draw(key, data);
    data.parties.push({ id: 'new', name: 'Ŵyn Housing', kind: 'charity', role: 'partner' });
    const ids = compareDocuments(before, await draw(key, data)).map((change) => change.id);
    expect(ids).toEqual(['front', 'clause-parties', 'clause-notices', 'clause-signatures']);
  });

  it('loses no word: without what was added stands the old text, without what was removed the new', () => {
    const word = fc.constantFrom(
      'a',
      'party',
      'ten',
      'days',
      ' ',
      '\n\n',
      '.',
      'Łódź',
      '<b>',
      '👩‍👧',
      '10',
    );
    const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = compareTexts(before, after);
        const without = (kind: string): string =>
          parts
            .filter((part) => part.kind !== kind)
            .map((part) => part.text)
            .join('');
        expect(without('added')).toBe(before);
        expect(without('removed')).toBe(after);
      }),
    );
  });

  it('stays quick where every word of a long clause has changed', () => {
    const text = (seed: string): string =>
      Array.from({ length: 3_000 }, (_, i) => `${seed}${i}`).join(' ');
    const start = performance.now();
    expect(compareTexts(text('a'), text('b')).length).toBeGreaterThan(1);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('escapes what authors typed', async () => {
    const data = await sampleOf(key);
    const before = await draw(key, data);
    data.terms['people'] = '<script>alert(1)</script>';
    const html = changesToHtml(compareDocuments(before, await draw(key, data)));
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });
});
