import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { readTemplateJson } from '../read-template-json.ts';

/** What `template.json` holds. */
export interface TemplateFile {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** At the head of each page, when the title is long. */
  readonly shortTitle?: string;
  readonly description: string;
  /** The guides and rules that the text stands on. */
  readonly sources: readonly string[];
  readonly contents: boolean;
  /** The part that stands above the contents. */
  readonly front?: string;
  /** One part whose `##` headings begin the sections; agreements have clauses instead. */
  readonly body?: string;
  readonly clauses: readonly ClauseFile[];
  readonly dataSchema: Readonly<Record<string, unknown>>;
  readonly sample: Readonly<Record<string, unknown>>;
}

/** One clause of an agreement; its text is in `clauses/<id>.md.hbs`. */
export interface ClauseFile {
  readonly id: string;
  readonly title: string;
  /** Why it is there, for the people who draft: one or two plain sentences with the source. */
  readonly reason: string;
  /** A required clause may be reworded, but not left out. */
  readonly required: boolean;
  /** The clause stands only when the data says so, e.g. `terms.section75`. */
  readonly includeWhen?: string;
  readonly newPage?: boolean;
  /** The terms its text draws on, as paths into the data. */
  readonly terms: readonly string[];
}

const text = { type: 'string', minLength: 1 } as const;

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'version',
    'title',
    'description',
    'sources',
    'contents',
    'dataSchema',
    'sample',
  ],
  properties: {
    id: { type: 'string', pattern: '^[a-z0-9-]+$' },
    version: { type: 'integer', minimum: 1 },
    title: text,
    shortTitle: text,
    description: text,
    sources: { type: 'array', items: text },
    contents: { type: 'boolean' },
    front: { type: 'string', pattern: '^[a-z0-9-]+\\.md\\.hbs$' },
    body: { type: 'string', pattern: '^[a-z0-9-]+\\.md\\.hbs$' },
    clauses: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'title', 'reason', 'required', 'terms'],
        properties: {
          id: { type: 'string', pattern: '^[a-z0-9-]+$' },
          title: text,
          reason: text,
          required: { type: 'boolean' },
          includeWhen: text,
          newPage: { type: 'boolean' },
          terms: { type: 'array', items: text },
        },
      },
    },
    dataSchema: { type: 'object' },
    sample: { type: 'object' },
  },
};

let check: ValidateFunction<TemplateFile> | undefined;

/** Reads `template.json`. Throws `template-refused` that names the file and each mistake. */
export async function readTemplateFile(json: string, path: string): Promise<TemplateFile> {
  // Our own schema: checking it as well would take longer than all the rest.
  check ??= new Ajv2020({ allErrors: true, meta: false, validateSchema: false }).compile(SCHEMA);
  const file = await readTemplateJson(json, path, check);
  return { ...file, clauses: file.clauses ?? [] };
}
