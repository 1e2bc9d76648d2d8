import type { Learn, Observer, Watched, WatchedKind } from './observer.ts';

/** One observer that tells all of these; the first one's view is the outermost. */
export function observeWith(observers: readonly Observer[]): Observer {
  return observers.reduce(both, nobody);
}

const nobody: Observer = {
  heeds: new Set(),
  watch: (_kind, _facts, work) => work(() => undefined),
  refused: () => undefined,
};

function both(outer: Observer, inner: Observer): Observer {
  return {
    heeds: new Set([...outer.heeds, ...inner.heeds]),
    watch<Kind extends WatchedKind, Result>(
      kind: Kind,
      facts: Partial<Watched[Kind]>,
      work: (learn: Learn<Kind>) => Promise<Result>,
    ): Promise<Result> {
      if (!inner.heeds.has(kind)) return outer.watch(kind, facts, work);
      if (!outer.heeds.has(kind)) return inner.watch(kind, facts, work);
      return outer.watch(kind, facts, (learnOuter) =>
        inner.watch(kind, facts, (learnInner) =>
          work((more) => {
            learnOuter(more);
            learnInner(more);
          }),
        ),
      );
    },
    refused(code) {
      outer.refused(code);
      inner.refused(code);
    },
  };
}
