import type { JsonObject } from '../../engine/json-value.ts';
import type { Scope } from '../../engine/scope.ts';

/** A scope with this data and nothing else in it. */
export function scopeWith(data: JsonObject): Scope {
  return {
    data,
    event: { type: 'LOOK' },
    settings: {},
    at: '2027-03-01T10:00:00.000Z',
    today: '2027-03-01',
    by: null,
    party: null,
    instance: { id: 'i', partnership: null, parent: null, timeZone: 'UTC' },
    documents: {},
    partnership: null,
  };
}
