import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { eventForm } from '../../engine/event-form.ts';

test('an event with one form here and another there is read with the choices of both', () => {
  const file = new URL('../../workflows/readiness.json', import.meta.url);
  const workflow = compileWorkflow(JSON.parse(readFileSync(file, 'utf8')) as WorkflowDefinition);
  const done = eventForm(workflow, 'RECORD_PLAN_DONE');
  const titles = new Map(
    done?.form.properties?.['question']?.oneOf?.map(({ const: code, title }) => [code, title]),
  );
  // The leading organisation and its partners answer different questions.
  expect(titles.get('leadFunding')).toBe('Skilled: money');
  expect(titles.get('partnerFunding')).toBe('Skilled: money');
});
