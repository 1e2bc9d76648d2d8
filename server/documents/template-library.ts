import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import { compileTemplate, type TemplatePart } from './compile-template.ts';
import { compileDataSchema, type DataValidator } from './data-validator.ts';
import { readTemplateFile, type TemplateFile } from './template-file.ts';

/** A template that has been read, checked and compiled. Immutable. */
export interface Template {
  /** `agreements/mou`: the kind of template and its own id. */
  readonly key: string;
  readonly file: TemplateFile;
  /** SHA-256 over template.json and every part: another text is another hash. */
  readonly hash: string;
  /** Compiled parts by file name. */
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
 * Reads every `<kind>/<id>/template.json` under a directory, with its `.md.hbs` parts.
 * Throws `template-refused` that names the file and what to mend: a template that does not compile,
 * a part that is missing, a schema that is not one, a sample that does not fit it.
 */
export async function loadTemplates(directory: string): Promise<TemplateLibrary> {
  const entries = await readdir(directory, { recursive: true });
  const files = entries
    .filter((entry) => basename(entry) === 'template.json')
    .toSorted()
    .map((entry) => join(directory, entry));
  const templates = await Promise.all(files.map((file) => loadTemplate(directory, file)));
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

async function loadTemplate(directory: string, path: string): Promise<Template> {
  const folder = dirname(path);
  const key = folder.slice(join(directory, '/').length).replaceAll('\\', '/');
  const file = readTemplateFile(await readFile(path, 'utf8'), path);
  if (file.id !== basename(folder)) {
    throw new ConcordatError('template-refused', `${path}: id ${file.id} is not its folder's name`);
  }
  const texts = await Promise.all(partNames(file).map((name) => readPart(folder, name)));
  const validate = compileDataSchema(file.dataSchema, path);
  try {
    validate(file.sample);
  } catch (cause) {
    throw new ConcordatError('template-refused', `${path}: the sample does not fit the schema`, {
      cause,
      ...(cause instanceof ConcordatError && { details: cause.details }),
    });
  }
  return {
    key,
    file,
    hash: sha256(canonicalJson({ template: file, parts: Object.fromEntries(texts) })),
    parts: new Map(texts.map(([name, text]) => [name, compileTemplate(text, `${key}/${name}`)])),
    validate,
  };
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
