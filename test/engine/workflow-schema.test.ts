import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { workflowSchema } from '../../engine/lint/schema/workflow-schema.ts';
import { sampleWorkflow } from '../support/sample-workflow.ts';

const folder = new URL('../../workflows/', import.meta.url);
const published = new URL('workflow.schema.json', folder);
const files = readdirSync(folder).filter((name) => /^[a-z0-9-]+\.json$/u.test(name));

// `WRITE_SCHEMA=1 npx vitest run test/engine/workflow-schema.test.ts` publishes a changed schema.
if (process.env['WRITE_SCHEMA']) {
  writeFileSync(published, `${JSON.stringify(workflowSchema, null, 2)}\n`);
}

describe('workflow.schema.json', () => {
  const schema = JSON.parse(readFileSync(published, 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

  it('is the schema that lint uses', () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(workflowSchema)));
  });

  it('says of every keyword what it is for, to whoever writes a workflow in an editor', () => {
    const lacking: string[] = [];
    const top = schema as { properties: Record<string, object>; $defs: Record<string, Part> };
    for (const [name, definition] of Object.entries(top.$defs)) {
      for (const [word, part] of Object.entries(definition.properties ?? {})) {
        const described = (one: Part | undefined): boolean =>
          one?.description !== undefined ||
          (one?.$ref !== undefined && described(top.$defs[one.$ref.replace('#/$defs/', '')]));
        const plainJsonSchema = name === 'dataSchema' || word === 'history';
        if (!described(part) && !plainJsonSchema) lacking.push(`${name}.${word}`);
      }
    }
    expect(lacking).toEqual([]);
  });

  it('says in words which form it asks for, wherever it asks for one', () => {
    const lacking: string[] = [];
    JSON.stringify(schema, (key, part: unknown) => {
      const { pattern, description } = Object(part) as Record<string, unknown>;
      if (typeof pattern === 'string' && description === undefined)
        lacking.push(`${key}: ${pattern}`);
      return part;
    });
    expect(lacking).toEqual([]);
  });

  it.each(files)('takes workflows/%s', (name) => {
    const definition: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    validate(definition);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('takes a workflow that uses every part of the language', () => {
    validate(sampleWorkflow());
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each<[string, (workflow: Editable) => void]>([
    ['a state type there is not', (w) => set(w, ['machine', 'states', 'closed', 'type'], 'finale')],
    ['a misspelt keyword', (w) => set(w, ['machine', 'states', 'open', 'onn'], {})],
    ['a guard there is not', (w) => set(w, [...ANSWER, 'guard'], { type: 'approved', params: {} })],
    ['a guard as a bare text', (w) => set(w, [...ANSWER, 'guard'], 'meets')],
    ['an effect there is not', (w) => set(w, [...ANSWER, 'actions'], [{ type: 'email' }])],
    ['an effect as a bare text', (w) => set(w, [...ANSWER, 'actions'], 'record')],
    ['an event in small letters', (w) => set(w, ['machine', 'states', 'open', 'on', 'answer'], {})],
    ['a number as version text', (w) => set(w, ['version'], '1')],
    ['a deadline with both directions', (w) => set(w, ['deadlines', 'answerDue', 'before'], 'P1D')],
    [
      'a criterion without its sentence',
      (w) => set(w, [...ANSWER, 'guard'], { type: 'meets', params: { all: [{ cel: 'true' }] } }),
    ],
    ['a value as a bare list', (w) => set(w, ['start', 'set', 'level'], [1])],
    [
      'an outcome there is not',
      (w) => set(w, ['machine', 'states', 'closed', 'meta', 'outcome'], 'great'),
    ],
  ])('refuses %s', (_, mistake) => {
    const definition = sampleWorkflow();
    mistake(definition as unknown as Editable);
    expect(validate(definition)).toBe(false);
  });
});

interface Part {
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Part>>;
}

type Editable = Record<string, unknown>;

const ANSWER = ['machine', 'states', 'open', 'on', 'ANSWER'];

function set(target: Editable, path: readonly string[], value: unknown): void {
  const inside = path.slice(0, -1).reduce<Editable>((at, key) => at[key] as Editable, target);
  inside[path.at(-1) ?? ''] = value;
}
