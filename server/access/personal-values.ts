import type { JsonValue } from '../../engine/json-value.ts';
import { isPersonalReference, type PersonalReference } from '../../engine/personal.ts';
import type { Store } from '../store/store.ts';

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
