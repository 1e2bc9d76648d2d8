/**
 * What a store is opened for. `serve` and `exclusive` make or update what is not there; `read`
 * refuses writes; `fill` takes an empty store, or one that is being filled, to copy another into it,
 * and is the only mode that opens one that is not whole yet.
 */
export type StoreMode = 'serve' | 'read' | 'exclusive' | 'fill';
