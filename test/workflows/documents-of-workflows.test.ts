import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { readScenarios, runScenario } from '../../engine/simulate.ts';
import { withClauseChoices } from '../../server/documents/clause-choices.ts';
import { renderDocument } from '../../server/documents/render-document.ts';
import { loadTemplates } from '../../server/documents/template-library.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../workflows/${name}`, import.meta.url), 'utf8'));
const ids = readdirSync(new URL('../../workflows/', import.meta.url)).flatMap((name) =>
  name.endsWith('.scenarios.json') ? [name.replace('.scenarios.json', '')] : [],
);
const templates = await loadTemplates('templates');

const runs = ids.flatMap((id) => {
  const compiled = compileWorkflow(read(`${id}.json`) as WorkflowDefinition);
  const { scenarios } = readScenarios(read(`${id}.scenarios.json`));
  return scenarios.map((scenario) => {
    const calendar = holidayCalendar(scenario.region ?? 'GB-ENG');
    return { id, definition: compiled.definition, ...runScenario(compiled, scenario, calendar) };
  });
});
const made = runs.flatMap(({ id, name: scenario, happenings }) =>
  happenings.flatMap((one) => (one.kind === 'document' ? [{ ...one, id, scenario }] : [])),
);
const pairs = new Set(made.map(({ id, template }) => `${id}: ${template}`));

// A template that refuses its data would park the task: the record would wait for ever.
describe('the documents that workflows make in their scenarios', () => {
  it.each([...pairs])('%s takes the data it gets', (pair) => {
    for (const { id, template, data, scenario } of made) {
      if (`${id}: ${template}` !== pair) continue;
      const { file, validate } = templates.get(template);
      expect(() => validate(withClauseChoices(file, data)), `in "${scenario}"`).not.toThrow();
    }
  });
});

describe('the copies of an agreement', () => {
  it('give in a draft the reason of each clause, which are no part of what is executed', () => {
    for (const { template, data, title, name } of copies) {
      const request = { template: templates.get(template), data, title };
      const drawn = renderDocument({ ...request, at: '2027-06-01T09:00:00Z', timeZone: 'UTC' });
      const notes = drawn.sections.find(({ id }) => id === 'clause-notes');
      if (name === 'executed') expect(notes).toBeUndefined();
      const words = JSON.stringify(notes?.blocks ?? []);
      for (const section of name === 'executed' ? [] : drawn.sections) {
        if (section.number !== undefined) expect(words).toContain(section.title);
      }
    }
  });

  const copies = made.filter(({ template }) => template.startsWith('agreements/'));
  const executed = copies.filter(({ name }) => name === 'executed');

  it('say in their title which they are: a draft with its number, or the executed copy', () => {
    expect(executed.length).toBeGreaterThan(0);
    for (const { name, title, data } of copies) {
      if (name === 'executed') expect(title).toMatch(/ \(executed copy\)$/u);
      else expect(title).toMatch(/ \(draft \d+\)$/u);
      expect(data['edition']).toBe(name === 'executed' ? 'executed' : 'draft');
    }
  });

  it('print in the executed one who signed for each party, as what, when, and by which authority', () => {
    for (const { template, data, title } of executed) {
      const { file, validate } = templates.get(template);
      const asked = withClauseChoices(file, data);
      expect(() => validate(asked)).not.toThrow();
      const tree = renderDocument({
        template: templates.get(template),
        data,
        title,
        at: '2027-06-01T09:00:00Z',
        timeZone: 'Europe/London',
      });
      const { blocks = [] } = tree.sections.find(({ id }) => id === 'clause-signatures') ?? {};
      const words = JSON.stringify(blocks);
      const parties = data['parties'] as unknown as readonly {
        name: string;
        signatures: readonly { name: string; role: string; at: string }[];
      }[];
      for (const { name, signatures } of parties) {
        expect(signatures.length, title).toBeGreaterThan(0);
        expect(words).toContain(`Signed for ${name}`);
        for (const { role } of signatures) expect(words).toContain(role);
      }
      // No line is left to be signed by hand.
      expect(words).not.toContain('"Signature"');
    }
  });
});

describe('the registers', () => {
  it.each(ids)('of %s fill each of their columns at some point', (id) => {
    const own = runs.filter((run) => run.id === id);
    const columns = own[0]?.definition.register?.columns ?? [];
    expect(columns.length).toBeGreaterThan(0);
    const filled = new Set([
      'state',
      ...own.flatMap(({ held }) => held.flatMap((data) => Object.keys(data))),
      ...own.flatMap(({ happenings }) =>
        happenings.flatMap((one) =>
          one.kind === 'due' && one.dueAt !== null ? [one.deadline] : [],
        ),
      ),
    ]);
    expect(columns.filter((column) => !filled.has(column))).toEqual([]);
  });
});
