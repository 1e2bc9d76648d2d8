import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import type { VisibleInstance } from './visible-instance.ts';

/**
 * What of recorded data this asker may be shown. To whom a confidential record was only shared, nothing
 * is shown that was said or written without prejudice: it was meant for those in the matter.
 */
export function shownData({ sight }: Pick<VisibleInstance, 'sight'>, data: JsonObject): JsonObject {
  return sight === 'concerned' ? data : (withoutWithheld(data) as JsonObject);
}

/**
 * The hashes of the files that somebody may read to whom the record was only shared: the documents as
 * they stand, and what the data they are shown name. Null: every file of the record.
 */
export function readableFiles({ sight, head }: VisibleInstance): ReadonlySet<string> | null {
  if (sight === 'concerned') return null;
  const { data, documents } = head.commit.snapshot;
  const named = JSON.stringify(withoutWithheld(data)).match(/[0-9a-f]{64}/gu) ?? [];
  return new Set([
    ...Object.values(documents).flatMap(({ html, pdf, text }) => [html, pdf, text]),
    ...named,
  ]);
}

function withoutWithheld(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.filter((item) => !isWithheld(item)).map(withoutWithheld);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      isWithheld(inner) ? [] : [[name, withoutWithheld(inner)]],
    ),
  );
}

function isWithheld(value: JsonValue): boolean {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    (value as JsonObject)['withoutPrejudice'] === true
  );
}
