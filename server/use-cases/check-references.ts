import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import type { Services } from '../services.ts';
import { choicesFor, type Choices } from './choices.ts';

/**
 * Checks that every person, organisation, upload and record a form names is one that this asker may
 * name here: a foreign id is refused (`invalid-input`) like one that does not exist.
 */
export async function checkReferences(
  services: Services,
  asker: Asker,
  schema: JsonSchema,
  values: JsonObject,
  place: { readonly partnership: string | null; readonly instance: string | null },
): Promise<void> {
  const found = referencesIn(schema, values, '');
  if (found.length === 0) return;
  const choices = await choicesFor(services, asker, place.partnership);
  for (const reference of found) {
    if (await isKnown(services, asker, reference, choices, place.instance)) continue;
    const { path, title, format } = reference;
    throw new ConcordatError('invalid-input', `${path} names an unknown ${format}`, {
      userMessage: `“${title}” is not one of those that can be chosen here. Choose it again.`,
      details: {
        problems: [{ path, keyword: 'reference', params: { format }, message: 'unknown' }],
      },
    });
  }
}

interface Reference {
  readonly path: string;
  readonly title: string;
  readonly format: string;
  readonly id: string;
}

async function isKnown(
  services: Services,
  asker: Asker,
  { format, id }: Reference,
  choices: Choices,
  instance: string | null,
): Promise<boolean> {
  if (format === 'organisation') return choices.organisations.some((one) => one.id === id);
  if (format === 'person') return choices.people.some((one) => one.id === id);
  if (format === 'document') {
    return (await services.store.documents.info(id, instance)) !== undefined;
  }
  try {
    await visibleInstance(services, asker, id);
    return true;
  } catch {
    return false;
  }
}

const NAMED = new Set(['person', 'organisation', 'instance', 'document']);

function referencesIn(schema: JsonSchema, value: JsonValue | undefined, path: string): Reference[] {
  if (value === undefined || value === null) return [];
  const title = schema.title ?? 'This';
  if (typeof value === 'string') {
    const { format } = schema;
    return format !== undefined && NAMED.has(format) ? [{ path, title, format, id: value }] : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      referencesIn(schema.items ?? {}, item, `${path}/${index}`),
    );
  }
  if (typeof value !== 'object') return [];
  const fields = value as JsonObject;
  return Object.entries(fields).flatMap(([name, item]) =>
    referencesIn(schema.properties?.[name] ?? {}, item, `${path}/${name}`),
  );
}
