import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { Store } from '../store/store.ts';

/**
 * Checks that every person, organisation, upload and record a form names is one that this partnership
 * may name: a foreign id is refused (`invalid-input`) like one that does not exist.
 */
export async function checkReferences(
  store: Pick<Store, 'directory' | 'documents' | 'instances'>,
  schema: JsonSchema,
  values: JsonObject,
  place: { readonly partnership: string | null; readonly instance: string | null },
): Promise<void> {
  const found = referencesIn(schema, values, '');
  if (found.length === 0) return;
  const partnership =
    place.partnership === null ? undefined : await store.directory.partnership(place.partnership);
  const organisations = new Set(partnership?.organisations ?? []);
  for (const { path, title, format, id } of found) {
    const known =
      format === 'organisation'
        ? organisations.has(id) ||
          (partnership === undefined && !!(await store.directory.organisation(id)))
        : format === 'person'
          ? await isPersonOf(store, id, organisations)
          : format === 'instance'
            ? (await store.instances.get(id)) !== undefined
            : (await store.documents.info(id, place.instance)) !== undefined;
    if (known) continue;
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

const NAMED = new Set(['person', 'organisation', 'instance']);

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
  if (schema.format === 'document') {
    const { hash } = fields;
    return typeof hash === 'string' ? [{ path, title, format: 'document', id: hash }] : [];
  }
  return Object.entries(fields).flatMap(([name, item]) =>
    referencesIn(schema.properties?.[name] ?? {}, item, `${path}/${name}`),
  );
}

async function isPersonOf(
  store: Pick<Store, 'directory'>,
  id: string,
  organisations: ReadonlySet<string>,
): Promise<boolean> {
  const person = await store.directory.person(id);
  return (
    person !== undefined && (organisations.size === 0 || organisations.has(person.organisation))
  );
}
