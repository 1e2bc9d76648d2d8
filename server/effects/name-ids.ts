import type { JsonValue } from '../../engine/json-value.ts';
import { isPersonalReference, type PersonalReference } from '../../engine/personal.ts';
import { idsIn, titleWithNames } from '../access/name-title.ts';
import type { Store } from '../store/store.ts';

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

/** Whether somebody may read a personal value, by its reference. */
export type MayRead = (reference: PersonalReference) => boolean;

/** For whoever holds these roles of the definition. */
export function readerWith(roles: readonly string[]): MayRead {
  return ({ seenBy }) => seenBy === undefined || seenBy.some((role) => roles.includes(role));
}

/** For mails, documents and others who are nobody in particular. */
export const NOBODY: MayRead = readerWith([]);

/**
 * Recorded data with the personal values in place of their references; erased ones say so, and those
 * that this reader may not read are not there.
 */
export async function revealPersonal(
  store: Pick<Store, 'commits'>,
  instance: string,
  value: JsonValue,
  mayRead: MayRead,
): Promise<JsonValue> {
  const personal = await personalValues(store, instance, value);
  if (personal === null) return value;
  const isHidden = (item: JsonValue): boolean => isPersonalReference(item) && !mayRead(item);
  const visit = (item: JsonValue): JsonValue => {
    if (item === null || typeof item !== 'object') return item;
    if (Array.isArray(item)) return item.filter((inner) => !isHidden(inner)).map(visit);
    if (isPersonalReference(item)) return personal.get(item.personal) ?? '(erased)';
    return Object.fromEntries(
      Object.entries(item).flatMap(([key, inner]) =>
        isHidden(inner) ? [] : [[key, visit(inner)]],
      ),
    );
  };
  return visit(value);
}

/** The personal values that recorded data refer to, by reference; null when they refer to none. */
async function personalValues(
  store: Pick<Store, 'commits'>,
  instance: string,
  value: JsonValue,
): Promise<ReadonlyMap<string, JsonValue> | null> {
  const ids: string[] = [];
  const collect = (item: unknown): void => {
    if (item === null || typeof item !== 'object') return;
    if (isPersonalReference(item)) ids.push(item.personal);
    else for (const inner of Object.values(item)) collect(inner);
  };
  collect(value);
  if (ids.length === 0) return null;
  const kept = await store.commits.personal(instance, ids);
  return new Map(
    kept.flatMap(({ id, value: text }) =>
      text === null ? [] : [[id, JSON.parse(text) as JsonValue] as const],
    ),
  );
}
