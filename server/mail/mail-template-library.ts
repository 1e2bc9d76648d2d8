import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import { readTemplateJson } from '../read-template-json.ts';
import { compileDataSchema, type DataValidator } from '../documents/data-validator.ts';
import { compileMailPart, type MailPart } from './compile-mail-part.ts';
import type { MailData } from './mail-data.ts';

/** A mail template that has been read, checked and compiled. */
export interface MailTemplate {
  readonly name: string;
  readonly file: MailTemplateFile;
  readonly subject: MailPart;
  readonly body: MailPart;
  /** Completes "You get this mail because …". */
  readonly why: MailPart;
  /** Throws `invalid-input` that lists what is missing or wrong in `with`. */
  readonly validate: DataValidator;
}

/** `<name>.json`, beside `<name>.md.hbs`. */
interface MailTemplateFile {
  readonly description: string;
  readonly why: string;
  readonly sources?: readonly string[];
  /** Fields of `with` that are never stored, such as a one-time code. */
  readonly secret?: readonly string[];
  /** JSON Schema of `with`. */
  readonly dataSchema: Readonly<Record<string, unknown>>;
  readonly sample: MailData;
}

export interface MailTemplates {
  /** All names, in order. */
  names(): readonly string[];
  has(name: string): boolean;
  /** Throws `template-unknown`, and `template-refused` when the template does not compile. */
  get(name: string): MailTemplate;
  /** Compiles every template and fits its sample to its schema. Throws `template-refused`. */
  check(): void;
}

/**
 * Reads every `<name>.md.hbs` in a folder with its `<name>.json`. Throws `template-refused` naming the
 * file and what to mend: a part that is missing or is not JSON, a subject that does not come first.
 * A template is compiled when it is first asked for, since compiling all takes longer than a server
 * may take to start.
 */
export async function loadMailTemplates(directory: string): Promise<MailTemplates> {
  const names = (await readdir(directory))
    .filter((file) => file.endsWith('.md.hbs'))
    .map((file) => file.slice(0, -'.md.hbs'.length))
    .sort();
  const sources = new Map(
    await Promise.all(
      names.map(async (name) => [name, await readSource(directory, name)] as const),
    ),
  );
  const compiled = new Map<string, MailTemplate>();
  const get = (name: string): MailTemplate => {
    const source = sources.get(name);
    if (source === undefined) throw unknownTemplate(name, names);
    const template = compiled.get(name) ?? compileTemplate(name, source);
    compiled.set(name, template);
    return template;
  };
  return {
    names: () => names,
    has: (name) => sources.has(name),
    get,
    check: () => names.forEach((name) => checkSample(get(name))),
  };
}

interface MailTemplateSource {
  readonly subject: string;
  readonly body: string;
  readonly file: MailTemplateFile;
}

async function readSource(directory: string, name: string): Promise<MailTemplateSource> {
  const [text, json] = await Promise.all([
    readPart(directory, `${name}.md.hbs`),
    readPart(directory, `${name}.json`),
  ]);
  const file = await readTemplateJson(json, `${name}.json`, fits);
  const [, subject, body] = /^Subject: ([^\r\n]+)\r?\n\r?\n(.*)$/s.exec(text) ?? [];
  if (subject === undefined || body === undefined) {
    throw new ConcordatError(
      'template-refused',
      `${name}.md.hbs does not begin with a line “Subject: …” and an empty line`,
    );
  }
  return { subject, body, file };
}

function compileTemplate(name: string, { subject, body, file }: MailTemplateSource): MailTemplate {
  let validate: DataValidator | undefined;
  return {
    name,
    file,
    subject: compileMailPart(subject, 'line', `${name}.md.hbs subject`),
    body: compileMailPart(body, 'markdown', `${name}.md.hbs`),
    why: compileMailPart(file.why, 'markdown', `${name}.json why`),
    validate(data) {
      validate ??= compileDataSchema(file.dataSchema, `${name}.json`);
      validate(data);
    },
  };
}

function checkSample({ name, file, validate }: MailTemplate): void {
  try {
    validate(file.sample.with);
  } catch (cause) {
    throw new ConcordatError('template-refused', `${name}.json: the sample does not fit`, {
      cause,
    });
  }
}

function unknownTemplate(name: string, known: readonly string[]): ConcordatError {
  return new ConcordatError('template-unknown', `there is no mail template ${name}`, {
    userMessage: `There is no mail template called “${name}”. A workflow names it: correct the name there, or add the template.`,
    details: { known },
  });
}

const text = { type: 'string', minLength: 1 } as const;
const person = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'organisation'],
  properties: { name: text, organisation: { type: ['string', 'null'] } },
} as const;

/** Our own schema: checking it as well would take longer than all the rest. */
const options = { allErrors: true, allowUnionTypes: true, meta: false, validateSchema: false };
const fits = new Ajv2020(options).compile<MailTemplateFile>({
  type: 'object',
  additionalProperties: false,
  required: ['description', 'why', 'dataSchema', 'sample'],
  properties: {
    description: text,
    why: text,
    sources: { type: 'array', items: text },
    secret: { type: 'array', items: text },
    dataSchema: { type: 'object' },
    sample: {
      type: 'object',
      additionalProperties: false,
      required: ['installation', 'recipient', 'with'],
      properties: {
        installation: {
          type: 'object',
          additionalProperties: false,
          required: ['name', 'url', 'timeZone'],
          properties: { name: text, url: text, timeZone: text },
        },
        recipient: person,
        partnership: { type: 'object', required: ['title'], properties: { title: text } },
        instance: {
          type: 'object',
          required: ['title', 'state'],
          properties: { title: text, state: text },
        },
        due: text,
        actor: person,
        url: text,
        with: { type: 'object' },
      },
    },
  },
});

async function readPart(directory: string, name: string): Promise<string> {
  try {
    return await readFile(join(directory, name), 'utf8');
  } catch (cause) {
    throw new ConcordatError('template-refused', `mail template part ${name} cannot be read`, {
      cause,
    });
  }
}
