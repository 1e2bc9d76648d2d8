import type { JsonValue } from '../../engine/json-value.ts';
import { idsIn, titleWithNames } from './name-title.ts';
import type { Store } from '../store/store.ts';
import { NOBODY, revealPersonal } from './personal-values.ts';

/**
 * What a mail or document shows of recorded data: ids of people and organisations become their
 * names, references to personal values become the values, and what only some roles read is left
 * out. Ids cannot be guessed, so no text that somebody typed is mistaken for one.
 */
export async function nameIds(
  store: Pick<Store, 'directory' | 'commits'>,
  instance: string,
  value: JsonValue,
): Promise<JsonValue> {
  const revealed = await revealPersonal(store, instance, value, NOBODY);
  const names = await namesOf(store, idsIn(JSON.stringify(revealed)));
  const visit = (item: JsonValue): JsonValue => {
    if (typeof item === 'string') return names.get(item) ?? item;
    if (item === null || typeof item !== 'object') return item;
    if (Array.isArray(item)) return item.map(visit);
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(revealed);
}

/** The names of these people and organisations; an id that is neither is left out. */
async function namesOf(
  { directory }: Pick<Store, 'directory'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    ids.map(async (id) => (await directory.person(id)) ?? (await directory.organisation(id))),
  );
  return new Map(found.flatMap((one) => (one ? [[one.id, one.name] as const] : [])));
}

/** The names of all people and organisations, by id. */
export async function namesById(
  store: Pick<Store, 'directory'>,
): Promise<ReadonlyMap<string, string>> {
  const [people, organisations] = await Promise.all([
    store.directory.people(),
    store.directory.organisations(),
  ]);
  return new Map([...people, ...organisations].map(({ id, name }) => [id, name]));
}

/** An instance's title as people read it. Only whom it names is looked up. */
export async function titleInWords(
  store: Pick<Store, 'directory'>,
  title: string,
): Promise<string> {
  return titleWithNames(await namesOf(store, idsIn(title)), title);
}
