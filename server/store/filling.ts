import { ConcordatError } from '../../engine/errors.ts';

/** That a store is being filled from another one. While it says so, nobody serves from it. */
export interface Filling {
  /** The address of the other store. */
  readonly from: string;
  /** Who fills it: an id of each attempt, so that one that was taken for dead is stopped. */
  readonly by: string;
  readonly startedAt: string;
  /** How far: which kind of records, and where its next page begins. */
  readonly kind: string;
  readonly after: string | null;
}

export interface FillingStore {
  get(): Promise<Filling | undefined>;
  /** Says that it is being filled, or takes that over from an attempt that ended. */
  begin(filling: Filling): Promise<void>;
  /** Says how far it is. Throws `store-owned` when another attempt has taken over. */
  advance(filling: Filling): Promise<void>;
  /** It is whole, and may be served. Throws as `advance`. */
  finish(by: string): Promise<void>;
}

/** What is thrown when somebody wants to use a store that is not whole yet. */
export function unfinished(address: string, { from, startedAt }: Filling): ConcordatError {
  return new ConcordatError('store-unfinished', `${address} is being filled from ${from}`, {
    userMessage: `${address} holds only a part of ${from} so far (a copy begun on ${startedAt.slice(0, 10)}), so it is not used. Finish that copy: run the same “concordat move” or “concordat restore” again, and it goes on where it was. Half a backup cannot go on: make another. Or empty ${address} first.`,
    details: { address, from },
  });
}

/** What is thrown when a store that is to be filled holds something. */
export function notEmpty(address: string, filling?: Filling): ConcordatError {
  const found =
    filling === undefined
      ? 'holds records already, and nothing is written over'
      : `holds a part of ${filling.from}, which is another store`;
  return new ConcordatError('store-not-empty', `${address} is not empty`, {
    userMessage: `${address} ${found}. Name an empty folder or database, or one that does not exist yet.`,
    details: { address },
  });
}

/** What is thrown in an attempt that another has taken the place of. */
export function takenOver(address: string): ConcordatError {
  return new ConcordatError('store-owned', `${address} is filled by another process now`, {
    userMessage: `Another command fills ${address} now, so this one has stopped. Let that one finish.`,
  });
}
