import type { JsonObject } from '../../engine/json-value.ts';
import type { EngineEvent } from '../../engine/scope.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import type { Actor, Origin } from '../store/commit.ts';

/** What makes two requests the same: who asks for what; neither when, nor by which key. */
export interface AskedFor {
  readonly event?: EngineEvent;
  readonly workflow?: string;
  readonly form?: JsonObject;
  readonly data?: JsonObject;
  readonly by: Actor | null;
  /** Where an instance is to be started. */
  readonly origin?: Pick<Origin, 'partnership' | 'parent'>;
}

/** The hash by which a repeated request is told from another one under the same key. */
export function requestHash({ event, workflow, form, data, by, origin }: AskedFor): string {
  const place = origin && { partnership: origin.partnership, parent: origin.parent };
  return sha256(canonicalJson(withoutReferences({ event, workflow, form, data, by, place })));
}

/** Personal values get a new reference each time they are sent; here they count by their place. */
function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (value === null || typeof value !== 'object') return value;
  if ('personal' in value && 'hash' in value) return 'personal';
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutReferences(item)]),
  );
}
