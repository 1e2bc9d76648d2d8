import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { documentToText } from '../../server/documents/document-to-text.ts';
import { draw, sampleOf } from '../support/template-library.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../workflows/agreement.json', import.meta.url), 'utf8'),
) as WorkflowDefinition;

/** What the gates of this transition name as missing, wherever it is in the machine. */
function namedBy(event: string): ReadonlySet<string> {
  const guards: string[] = [];
  JSON.stringify(definition.machine, (key, value: { guard?: unknown }) => {
    if (key === event) guards.push(JSON.stringify(value.guard));
    return value;
  });
  return new Set([...guards.join().matchAll(/'field': '(\w+)'/gu)].map(([, field = '']) => field));
}

describe.each(['agreements/mou', 'agreements/partnership-agreement'])('%s', (key) => {
  test('nobody agrees on, or signs, a text that still says “to be agreed”', async () => {
    const open: string[] = [];
    for (const term of Object.keys((await sampleOf(key)).terms)) {
      const data = await sampleOf(key);
      Reflect.deleteProperty(data.terms, term);
      const text = documentToText(await draw(key, data));
      if (/\[[^\]]*to be (?:agreed|recorded)\]/iu.test(text)) open.push(term);
    }
    expect(open).toContain('quorum');
    for (const event of ['AGREE_TEXT', 'START_SIGNING']) {
      const named = namedBy(event);
      expect(
        open.filter((term) => !named.has(term)),
        event,
      ).toEqual([]);
    }
  });
});
