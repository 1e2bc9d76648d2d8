import type { Unmet } from '../../engine/unmet.ts';

/** One reason why something cannot be done yet, as it is read. */
export interface UnmetView {
  readonly sentence: string;
  readonly todo: string;
  readonly items: readonly UnmetItemView[];
}

interface UnmetItemView {
  readonly text: string;
  /** Who it waits for: "Łódź Health, Józef Łódzki". */
  readonly who: string;
  /** Where it is mended; empty where there is no place to go to. */
  readonly href: string;
}

export interface UnmetWords {
  /** Names of people, organisations and records by id. */
  readonly names: ReadonlyMap<string, string>;
  /** Where a field of a record is filled in or shown; null when this reader cannot go there. */
  readonly fieldHref: (instance: string | null, field: string | null) => string | null;
}

/** Gates' reasons with names for ids and links to what is open. */
export function presentUnmet(unmet: readonly Unmet[], words: UnmetWords): readonly UnmetView[] {
  const name = (id: string | undefined): string =>
    id === undefined ? '' : (words.names.get(id) ?? id);
  return merged(unmet).map(({ sentence, do: todo, items }) => ({
    sentence,
    todo: todo ?? '',
    items: (items ?? []).map(({ title, organisation, owner, instance, field }) => {
      const who = [name(organisation), name(owner)].filter((text) => text !== '');
      const linked = instance !== undefined || field !== undefined;
      return {
        text: title ?? who.join(', '),
        who: title === undefined ? '' : who.join(', '),
        href: linked ? (words.fieldHref(instance ?? null, field ?? null) ?? '') : '',
      };
    }),
  }));
}

/** Criteria that say the same are told once, with the open items of both. */
function merged(unmet: readonly Unmet[]): readonly Unmet[] {
  const bySentence = new Map<string, Unmet>();
  for (const one of unmet) {
    const key = `${one.sentence}\n${one.do ?? ''}`;
    const known = bySentence.get(key);
    const items = [...(known?.items ?? []), ...(one.items ?? [])];
    bySentence.set(key, items.length > 0 ? { ...one, items } : one);
  }
  return [...bySentence.values()];
}
