import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import { compileTemplate, EMPTY_SURROUNDINGS, type TemplatePart } from './compile-template.ts';
import { compileDataSchema, type DataValidator } from './data-validator.ts';
import { readTemplateFile, type TemplateFile } from './template-file.ts';

/** A template that has been read; its parts and its schema are compiled when first used. Immutable. */
export interface Template {
  /** `agreements/mou`: the kind of template and its own id. */
  readonly key: string;
  readonly file: TemplateFile;
  /** SHA-256 over template.json and every part: another text is another hash. */
  readonly hash: string;
  /** Parts by file name. Throws `template-refused` when used, unless it was checked before. */
  readonly parts: ReadonlyMap<string, TemplatePart>;
  /** Throws `invalid-input` that lists every mistake in the data. */
  readonly validate: DataValidator;
}

export interface TemplateLibrary {
  /** Throws `template-unknown`. */
  get(key: string): Template;
  /** All templates, ordered by key. */
  list(): readonly Template[];
}

/**
 * As `readTemplates`, and compiles and checks each: throws `template-refused` also for a template
 * that does not compile, a schema that is not one, a sample that does not fit it.
 */
export async function loadTemplates(directory: string): Promise<TemplateLibrary> {
  const library = await readTemplates(directory);
  for (const template of library.list()) check(template);
  return library;
}

/**
 * Reads every `<kind>/<id>/template.json` under a directory, with its `.md.hbs` parts. Compiling
 * waits until a template is used: a server that starts has no time for all of them. Throws
 * `template-refused` that names the file and what to mend.
 */
export async function readTemplates(directory: string): Promise<TemplateLibrary> {
  const entries = await readdir(directory, { recursive: true });
  const files = entries
    .filter((entry) => basename(entry) === 'template.json')
    .toSorted()
    .map((entry) => join(directory, entry));
  const templates = await Promise.all(files.map((file) => readTemplate(directory, file)));
  const byKey = new Map(templates.map((template) => [template.key, template]));
  return {
    get(key) {
      const template = byKey.get(key);
      if (template === undefined) {
        throw new ConcordatError('template-unknown', `no template ${key}`, {
          userMessage: `There is no document template called “${key}”.`,
          details: { known: [...byKey.keys()] },
        });
      }
      return template;
    },
    list: () => templates,
  };
}

async function readTemplate(directory: string, path: string): Promise<Template> {
  const folder = dirname(path);
  const key = folder.slice(join(directory, '/').length).replaceAll('\\', '/');
  const file = await readTemplateFile(await readFile(path, 'utf8'), path);
  if (file.id !== basename(folder)) {
    throw new ConcordatError('template-refused', `${path}: id ${file.id} is not its folder’s name`);
  }
  const texts = await Promise.all(partNames(file).map((name) => readPart(folder, name)));
  const parts = texts.map(([name, text]) => [name, partOf(text, `${key}/${name}`)] as const);
  let validate: DataValidator | undefined;
  return {
    key,
    file,
    hash: sha256(canonicalJson({ template: file, parts: Object.fromEntries(texts) })),
    parts: new Map(parts),
    validate(data) {
      validate ??= compileDataSchema(file.dataSchema, path);
      validate(data);
    },
  };
}

/** A part that is compiled when first used. */
function partOf(text: string, file: string): TemplatePart {
  let part: TemplatePart | undefined;
  return (data, surroundings) => {
    part ??= compileTemplate(text, file);
    return part(data, surroundings);
  };
}

function check({ key, file, parts, validate }: Template): void {
  try {
    validate(file.sample);
  } catch (cause) {
    if (cause instanceof ConcordatError && cause.code !== 'invalid-input') throw cause;
    throw new ConcordatError('template-refused', `${key}: the sample does not fit the schema`, {
      cause,
      ...(cause instanceof ConcordatError && { details: cause.details }),
    });
  }
  for (const part of parts.values()) part({}, EMPTY_SURROUNDINGS);
}

function partNames(file: TemplateFile): string[] {
  return [
    ...(file.front === undefined ? [] : [file.front]),
    ...(file.body === undefined ? [] : [file.body]),
    ...file.clauses.map((clause) => `clauses/${clause.id}.md.hbs`),
  ];
}

async function readPart(folder: string, name: string): Promise<readonly [string, string]> {
  try {
    return [name, await readFile(join(folder, name), 'utf8')];
  } catch (cause) {
    throw new ConcordatError('template-refused', `${folder}: part ${name} cannot be read`, {
      cause,
    });
  }
}
