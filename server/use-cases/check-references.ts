import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
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
    const { path, title, format } = reference;
    if (actsForAnother(reference, choices)) {
      const name = choices.people.find(({ id }) => id === reference.id)?.name ?? 'This person';
      throw new ConcordatError('invalid-input', `${path} names a person of another organisation`, {
        userMessage: `${name} does not act for this organisation here. Choose somebody who does.`,
        details: {
          problems: [{ path, keyword: 'reference', params: { format }, message: 'not theirs' }],
        },
      });
    }
    if (await isKnown(services, asker, reference, choices, place.instance)) continue;
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
  /** The organisation that the person has to act for; undefined where none is asked for. */
  readonly organisation: string | undefined;
}

/** Whoever is named to act for an organisation, and takes part for another, could not act at all. */
function actsForAnother({ id, organisation }: Reference, { partOf }: Choices): boolean {
  return organisation !== undefined && partOf.has(id) && partOf.get(id) !== organisation;
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
  walkValue(values, schema, (value, part, path) => {
    const { format, title = 'This', ofParty = false, actsFor } = part;
    if (typeof value === 'string' && format !== undefined && REFERENCE_FORMATS.has(format)) {
      const organisation = actsFor === undefined ? undefined : nearest(values, path, actsFor);
      found.push({ path, title, format, id: value, ofParty, organisation });
    }
    return undefined;
  });
  return found;
}

/** The text that a field of this name holds beside what `path` points to, or in an entry around it. */
function nearest(values: JsonObject, path: string, name: string): string | undefined {
  let found: string | undefined;
  let place: JsonValue | undefined = values;
  for (const step of path.split('/').slice(1)) {
    if (place === null || typeof place !== 'object') break;
    const held: JsonValue | undefined = Array.isArray(place)
      ? undefined
      : (place as JsonObject)[name];
    if (typeof held === 'string') found = held;
    place = Array.isArray(place) ? place[Number(step)] : (place as JsonObject)[step];
  }
  return found;
}
