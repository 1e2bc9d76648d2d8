import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { describeWorkflow, storyText } from '../../engine/describe.ts';
import { stateTree } from '../../engine/state-tree.ts';
import { sampleWorkflow } from '../support/sample-workflow.ts';

const folder = new URL('../../workflows/', import.meta.url);
const shipped = readdirSync(folder)
  .filter((name) => /^[a-z0-9-]+\.json$/u.test(name))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as WorkflowDefinition);

describe('the story of a workflow', () => {
  const text = storyText(describeWorkflow(sampleWorkflow()), 'text');

  it.each([
    'Asker may begin it: “Ask a question”.',
    'Asked for then: What is asked; Answer wanted by.',
    'Waiting for answers (comes first)',
    'On arrival: A mail goes to Manager: question asked.',
    'Answers are due: 10 working days (setting “Working days to answer”) after this begins.',
    '2 working days before, a reminder goes to Manager: deadline near.',
    'Once it has passed, a mail goes to Manager every 7 days, at most 3 times: deadline passed.',
    'The answer is wanted: 1 week before the date “Answer wanted by”.',
    '“Answer the question” (Manager, each organisation for itself).',
    '“Withdraw the question” (Asker); leads to “Withdrawn”.',
    'By itself, as soon as it is possible; leads to “The paper is agreed”.',
    'Not while: Not all have answered.',
    'When the document is there: The paper; leads to “Waiting for signatures”.',
    'A personal link goes by mail to Signatory of that organisation, for each of “Organisations”, for “Agree to the paper”; it lasts 30 days.',
    'A calendar entry goes to Asker: “The answer is there”, on the date “Answer wanted by”.',
    'Answered (a good end)',
  ])('says: %s', (sentence) => {
    expect(text).toContain(sentence);
  });

  it('is Markdown too, in which authors’ words stay words', () => {
    const definition = { ...sampleWorkflow(), title: '# <b>Big</b> *question*' };
    const markdown = storyText(describeWorkflow(definition), 'markdown');
    expect(markdown.split('\n')[0]).toBe('# \\# \\<b\\>Big\\</b\\> \\*question\\*');
    expect(markdown).toContain('\n## Waiting for answers (comes first)\n');
    expect(markdown).toContain('\n### Waiting for signatures\n');
  });

  it('calls mails and workflows by the titles it is given', () => {
    const names = { email: () => 'A question for you', workflow: () => 'Dispute between partners' };
    const told = storyText(describeWorkflow(sampleWorkflow(), names), 'text');
    expect(told).toContain('A mail goes to Manager: A question for you.');
    expect(told).toContain('“Dispute between partners” begins.');
  });

  it.each([sampleWorkflow(), ...shipped].map((one) => [one.id, one] as const))(
    'of %s names every state and button, and no event or path',
    (_, definition) => {
      const story = storyText(describeWorkflow(definition), 'text');
      const { states, transitions } = stateTree(definition);
      for (const { config } of states)
        if (config.meta?.title) expect(story).toContain(config.meta.title);
      for (const { config, name } of transitions) {
        if (config.meta?.label !== undefined) expect(story).toContain(config.meta.label);
        if (name.includes('_') || name.startsWith('effect.')) expect(story).not.toContain(name);
      }
      expect(story).not.toMatch(/\b(data|event|settings)\.[a-z]|\bundefined\b|\[object/u);
    },
  );
});
