import { describe, expect, it } from 'vitest';
import { documentToHtml } from '../../../server/documents/document-to-html.ts';
import { documentToText } from '../../../server/documents/document-to-text.ts';
import { draw, sampleOf, templates } from '../../support/template-library.ts';

const AGREEMENTS = ['agreements/mou', 'agreements/partnership-agreement'];

describe.each(AGREEMENTS)('%s', (key) => {
  it('serves ten parties as well as two', async () => {
    const data = await sampleOf(key);
    const party = (index: number) => ({
      id: `party-${index}`,
      name: `Organisation ${index}`,
      kind: 'charity',
      role: index === 1 ? 'lead' : 'partner',
    });
    for (const count of [2, 10]) {
      data.parties = Array.from({ length: count }, (_, index) => party(index + 1));
      data.terms['contributions'] = data.parties.map((each) => ({
        party: each['id'],
        what: 'Time',
      }));
      const text = documentToText(await draw(key, data));
      expect(text.match(/^Signed for Organisation \d+$/gm)).toHaveLength(count);
      expect(text.match(/^Organisation \d+ \| Time \| In kind/gm)).toHaveLength(count);
      expect(text.match(/^Organisation \d+ \| Charity/gm)).toHaveLength(count);
    }
  });

  it('refuses a single party, with the place of the mistake', async () => {
    const data = await sampleOf(key);
    data.parties = data.parties.slice(0, 1);
    await expect(draw(key, data)).rejects.toMatchObject({
      code: 'invalid-input',
      details: { mistakes: [{ path: '/parties' }] },
    });
  });

  it('can be drawn as a draft that says only who the parties are, and marks what is open', async () => {
    const { parties, partnershipName } = await sampleOf(key);
    const text = documentToText(await draw(key, { parties, partnershipName, terms: {} }));
    expect(text).toContain('[to be agreed]');
    expect(text).not.toMatch(/undefined|NaN|\*\*|\\/);
  });

  it('leaves out an optional clause, and numbers the others and their references anew', async () => {
    const data = await sampleOf(key);
    const { clauses } = (await templates()).get(key).file;
    const optional = clauses.filter((clause) => !clause.required);
    expect(optional.length).toBeGreaterThan(0);
    data.clauses = Object.fromEntries(optional.map((clause) => [clause.id, { include: false }]));
    const tree = await draw(key, data);
    const numbered = tree.sections.filter(({ id }) => id !== 'clause-notes');
    expect(numbered).toHaveLength(clauses.length - optional.length);
    expect(numbered.map((section) => section.number)).toEqual(
      numbered.map((_, index) => `${index + 1}`),
    );
    const text = documentToText(tree);
    for (const [, number, title] of text.matchAll(/clause (\d+) \(([^)]+)\)/g)) {
      expect(tree.sections[Number(number) - 1]?.title).toBe(title);
    }
  });

  it('refuses to leave out a required clause', async () => {
    const data = await sampleOf(key);
    data.clauses = { disputes: { include: false } };
    await expect(draw(key, data)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('puts the authors’ own text in the place of a clause and keeps its number and anchor', async () => {
    const data = await sampleOf(key);
    data.clauses = { disputes: { text: '1. We talk.\n2. We talk again.' } };
    const tree = await draw(key, data);
    const disputes = tree.sections.find((section) => section.id === 'clause-disputes');
    expect(disputes?.blocks).toMatchObject([
      {
        type: 'numbered',
        items: [
          { id: 'clause-disputes-1', number: `${disputes?.number}.1` },
          { id: 'clause-disputes-2', number: `${disputes?.number}.2` },
        ],
      },
    ]);
    expect(documentToText(tree)).not.toContain('climbs this ladder');
  });

  it('says the number of working days at each level of a dispute that the term says', async () => {
    const data = await sampleOf(key);
    data.terms['disputeWorkingDaysPerLevel'] = 1;
    expect(documentToText(await draw(key, data))).toContain('with 1 working day at each level');
    data.terms['disputeWorkingDaysPerLevel'] = 17;
    expect(documentToText(await draw(key, data))).toContain('with 17 working days at each level');
  });

  it('states its legal force from the term, whatever its title', async () => {
    const data = await sampleOf(key);
    data.title = 'Legally binding contract';
    data.terms['legalEffect'] = 'not-binding';
    delete data.terms['bindingMatters'];
    expect(documentToText(await draw(key, data))).toContain(
      'not meant to create obligations that a court could enforce.',
    );
    data.terms['legalEffect'] = 'binding';
    expect(documentToText(await draw(key, data))).toMatch(/intend this \w+ to bind them in law/);
  });

  it('has a reason for every clause and names the terms it draws on', async () => {
    const { clauses, dataSchema, sources } = (await templates()).get(key).file;
    const schema = dataSchema as { properties: { terms: { properties: Record<string, unknown> } } };
    const terms = schema.properties.terms.properties;
    const used = new Set<string>();
    for (const clause of clauses) {
      expect(clause.reason.length, clause.id).toBeGreaterThan(40);
      for (const path of clause.terms) {
        const name = path.replace('terms.', '');
        if (path !== 'parties') expect(Object.keys(terms), clause.id).toContain(name);
        used.add(name);
      }
    }
    expect(Object.keys(terms).filter((name) => !used.has(name))).toEqual([]);
    expect(sources.length).toBeGreaterThan(2);
  });

  it('gives each term what a form needs: a title, a bound, and words for each choice', async () => {
    const { dataSchema } = (await templates()).get(key).file;
    const check = (schema: Record<string, unknown>, path: string): void => {
      expect(typeof schema['title'], path).toBe('string');
      const oneOf = schema['oneOf'] as { const: string; title: string }[] | undefined;
      for (const choice of oneOf ?? []) expect(choice.title.length, path).toBeGreaterThan(2);
      if (schema['type'] === 'string' && oneOf === undefined && schema['format'] !== 'date') {
        expect(schema['maxLength'], path).toBeTypeOf('number');
      }
      if (schema['type'] === 'array') {
        expect(schema['maxItems'], path).toBeTypeOf('number');
        check(schema['items'] as Record<string, unknown>, `${path}[]`);
      }
      for (const [name, inner] of Object.entries(schema['properties'] ?? {})) {
        check(inner as Record<string, unknown>, `${path}.${name}`);
      }
    };
    for (const [name, schema] of Object.entries(dataSchema['properties'] as object)) {
      check(schema as Record<string, unknown>, name);
    }
  });

  it('has an anchor for each clause, once, and no link that leads nowhere', async () => {
    const html = documentToHtml(await draw(key, await sampleOf(key)));
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(20);
    for (const target of targets) expect(ids).toContain(target);
  });
});

describe('an agreement under section 75', () => {
  const key = 'agreements/partnership-agreement';

  it('has the clause that the regulations require; another has not', async () => {
    const data = await sampleOf(key);
    expect(documentToText(await draw(key, data))).toContain('regulation 7(3)');
    data.terms['section75'] = false;
    const tree = await draw(key, data);
    expect(documentToText(tree)).not.toContain('regulation 7(3)');
    expect(tree.sections.map((section) => section.id)).not.toContain('clause-section-75');
  });
});
