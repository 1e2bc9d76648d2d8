import type { DocumentEffect, UnnumberedEffect } from './effect.ts';
import type { EngineEvent } from './scope.ts';
import type { InstanceSnapshot } from './snapshot.ts';

type Asked = NonNullable<InstanceSnapshot['asked']>;

/**
 * How often each document has been asked for after a step. Documents of one name that one step asks
 * for belong to one text, so they count once.
 */
export function countAsked(before: Asked, effects: readonly UnnumberedEffect[]): Asked {
  const names = new Set(effects.flatMap((one) => (one.type === 'document' ? one.name : [])));
  if (names.size === 0) return before;
  return {
    ...before,
    ...Object.fromEntries([...names].map((name) => [name, askedFor(before, name) + 1])),
  };
}

/** How often a document has been asked for. */
export function askedFor(asked: Asked | undefined, name: string): DocumentEffect['asked'] {
  return asked && Object.hasOwn(asked, name) ? (asked[name] ?? 0) : 0;
}

/**
 * Was this document asked for before another text of the same name? Renderings may come back in any
 * order (one failed and was tried again): only what was asked for last is the document.
 */
export function isOvertaken(
  { asked }: Pick<InstanceSnapshot, 'asked'>,
  name: string,
  event: EngineEvent,
): boolean {
  const which = event['asked'];
  return typeof which !== 'number' || which < askedFor(asked, name);
}
