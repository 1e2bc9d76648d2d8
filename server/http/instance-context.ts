import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonValue } from '../../engine/json-value.ts';
import type { FormContext, PickerChoice } from '../../web/presenters/form/form-context.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import { namesById } from '../access/name-ids.ts';
import { titleWithNames } from '../access/name-title.ts';
import type { Services } from '../services.ts';
import { choicesFor, recordsToName } from '../use-cases/choices.ts';
import { partnershipTitles } from '../use-cases/partnership-titles.ts';

export interface FormPlace {
  readonly partnership: string | null;
  /** Null while it is not started. */
  readonly instance: string | null;
  readonly workflow: string;
  readonly schema: JsonSchema;
  /** What `prefill` paths are looked up in. */
  readonly scope: Readonly<Record<string, unknown>>;
}

/** What a form of a workflow may offer and name. */
export async function askingContext(
  services: Services,
  asker: Asker,
  place: FormPlace,
): Promise<FormContext> {
  const [choices, all] = await Promise.all([
    choicesFor(services, asker, place.partnership),
    services.store.directory.organisations(),
  ]);
  const organisations = new Map(all.map((one) => [one.id, one]));
  const asksForRecord = JSON.stringify(place.schema).includes('"format":"instance"');
  return {
    people: choices.people.map(({ id, name, organisation }) => ({
      value: id,
      text: name,
      hint: organisations.get(organisation)?.name ?? '',
      ofParty: choices.own !== null && choices.partOf.get(id) === choices.own,
    })),
    organisations: choices.organisations.map(({ id, name }) => ({
      value: id,
      text: name,
      outside: choices.inside !== null && !choices.inside.has(id),
    })),
    instances: asksForRecord ? await recordChoices(services, asker, place) : [],
    currency: await currencyOf(services),
    scope: place.scope,
    ...(await documentNames(services, place.instance)),
  };
}

/** The records of other partnerships are told apart by the partnership they are in. */
async function recordChoices(
  services: Services,
  asker: Asker,
  { partnership, instance, workflow }: FormPlace,
): Promise<readonly PickerChoice[]> {
  const rows = await recordsToName(services, asker, partnership, workflow);
  const names = await namesById(services.store);
  const elsewhere = rows.some((row) => row.partnership !== partnership);
  const titles = elsewhere ? await partnershipTitles(services, asker) : new Map<string, string>();
  return rows
    .filter(({ id }) => id !== instance)
    .map((row) => {
      const title = titleWithNames(names, row.title);
      const place = row.partnership === partnership ? undefined : titles.get(row.partnership ?? '');
      const text = place === undefined ? title : `${title} (${place})`;
      return { value: row.id, text, hint: row.stateTitle };
    })
    .sort((a, b) => ALPHABET.compare(a.text, b.text));
}

const ALPHABET = new Intl.Collator('en-GB', { numeric: true });

/** What it takes to read recorded data aloud. */
export interface ReadingContext extends FormContext {
  /** Names by id of people (also of those who have left), organisations and records. */
  readonly names: ReadonlyMap<string, string>;
}

/** Names for every id in `shown`, which may still be read, as far as this asker may know them. */
export async function readingContext(
  services: Services,
  asker: Asker,
  instance: string,
  shown: JsonValue | Promise<JsonValue>,
): Promise<ReadingContext> {
  const { directory, instances: rows } = services.store;
  const [people, organisations, currency, documents, values] = await Promise.all([
    directory.people(),
    directory.organisations(),
    currencyOf(services),
    documentNames(services, instance),
    shown,
  ]);
  const named = new Map([...people, ...organisations].map(({ id, name }) => [id, name]));
  const found = await Promise.all(
    idsIn(values).map(async (id): Promise<readonly PickerChoice[]> => {
      if (named.has(id) || !(await isVisible(services, asker, id))) return [];
      const row = await rows.get(id);
      return row ? [{ value: id, text: titleWithNames(named, row.title) }] : [];
    }),
  );
  const instances = found.flat();
  const choice = ({ id, name }: { id: string; name: string }): PickerChoice => ({
    value: id,
    text: name,
  });
  return {
    people: people.map(choice),
    organisations: organisations.map(choice),
    instances,
    currency,
    ...documents,
    documentUrl: (hash: string) => `/instances/${instance}/documents/${hash}`,
    names: new Map([...named, ...instances.map(({ value, text }) => [value, text] as const)]),
  };
}

async function currencyOf({ store, config }: Services): Promise<string> {
  return (await store.installation.get())?.currency ?? config.currency;
}

async function documentNames(
  { store }: Services,
  instance: string | null,
): Promise<{ readonly documents: ReadonlyMap<string, string> }> {
  const listed = instance === null ? [] : await store.documents.listByInstance(instance);
  return { documents: new Map(listed.map(({ hash, name }) => [hash, name])) };
}

async function isVisible(services: Services, asker: Asker, id: string): Promise<boolean> {
  if (asker.kind === 'link') return false;
  try {
    await visibleInstance(services, asker, id);
    return true;
  } catch {
    return false;
  }
}

/** An instance holds bounded lists; beyond this many references the rest stay unnamed. */
const MOST_REFERENCES = 200;

/** Texts that could be ids of records: twenty letters and digits, as `newId` makes them. */
function idsIn(value: JsonValue): readonly string[] {
  const found = new Set<string>();
  const visit = (item: JsonValue): void => {
    if (found.size >= MOST_REFERENCES) return;
    if (typeof item === 'string') {
      if (/^[A-Za-z\d]{20}$/u.test(item)) found.add(item);
    } else if (Array.isArray(item)) item.forEach(visit);
    else if (item !== null && typeof item === 'object') Object.values(item).forEach(visit);
  };
  visit(value);
  return [...found];
}
