import { randomBytes } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import { walkValue } from '../../engine/walk-value.ts';
import { canonicalJson } from '../canonical-json.ts';
import { newId } from '../new-id.ts';
import { sha256 } from '../sha256.ts';
import type { PersonalValue } from '../store/commit-store.ts';

/**
 * Takes the values marked `personal` out of a form before they reach the chain. Each is replaced by
 * a reference and a salted hash; the value and its salt are kept beside the chain and can be erased
 * together without breaking what the chain proves. The reference says who alone reads it (`seenBy`).
 */
export function pseudonymise(
  schema: JsonSchema,
  values: JsonObject,
  instance: string,
): { readonly values: JsonObject; readonly personal: readonly PersonalValue[] } {
  const personal: PersonalValue[] = [];
  const replaced = walkValue(values, schema, (value, field) => {
    if (field.personal !== true || value === null) return undefined;
    const kept = keep(value, instance);
    personal.push(kept);
    const hash = sha256(kept.salt + (kept.value ?? ''));
    const { seenBy } = field;
    return { personal: kept.id, hash, ...(seenBy ? { seenBy } : {}) };
  });
  return { values: replaced as JsonObject, personal };
}

function keep(value: JsonValue, instance: string): PersonalValue {
  return {
    id: newId(),
    instance,
    salt: randomBytes(16).toString('hex'),
    value: canonicalJson(value),
  };
}
