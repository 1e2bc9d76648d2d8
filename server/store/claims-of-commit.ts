import type { Commit } from './commit.ts';

/** What a note says that takes links back (`withdraws`). */
export const LINK_WITHDRAWN = 'link-withdrawn';

/** What a commit takes for itself, or takes back, of what counts once. */
export interface Claims {
  /** The request that it answers. */
  readonly idempotencyKey: string | null;
  /** The signal that it takes, or records as not taken. */
  readonly signalKey: string | null;
  /** The link that it spends. */
  readonly spends: string | null;
  /** The links that it takes back. */
  readonly withdraws: readonly string[];
}

/** Read from the commit alone, so that a copy of a history claims what the history did. */
export function claimsOf(commit: Commit): Claims {
  const { cause, idempotency } = commit;
  return {
    idempotencyKey: idempotency?.key ?? null,
    signalKey: cause.kind === 'signal' ? cause.key : null,
    spends: cause.kind === 'link' && cause.spends ? cause.link : null,
    withdraws: withdrawnBy(commit),
  };
}

/** The links that our own note takes back; a workflow's field of that name takes back none. */
function withdrawnBy({ event }: Commit): readonly string[] {
  const { type, what, withdraws } = event;
  if (type !== 'concordat.note' || what !== LINK_WITHDRAWN) return [];
  return Array.isArray(withdraws) ? withdraws.filter((id) => typeof id === 'string') : [];
}
