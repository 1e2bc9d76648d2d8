import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { type JsonSchema, REFERENCE_FORMATS } from '../../engine/json-schema.ts';
import { walkValue } from '../../engine/walk-value.ts';
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
  const found = referencesIn(schema, values);
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
  /** Only somebody of the organisation that acts. */
  readonly ofParty: boolean;
}

async function isKnown(
  services: Services,
  asker: Asker,
  { format, id, ofParty }: Reference,
  choices: Choices,
  instance: string | null,
): Promise<boolean> {
  if (format === 'organisation') return choices.organisations.some((one) => one.id === id);
  if (format === 'person') {
    const { partOf, own } = choices;
    return partOf.has(id) && (!ofParty || partOf.get(id) === own);
  }
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

function referencesIn(schema: JsonSchema, values: JsonObject): readonly Reference[] {
  const found: Reference[] = [];
  walkValue(values, schema, (value, { format, title = 'This', ofParty = false }, path) => {
    if (typeof value === 'string' && format !== undefined && REFERENCE_FORMATS.has(format)) {
      found.push({ path, title, format, id: value, ofParty });
    }
    return undefined;
  });
  return found;
}
