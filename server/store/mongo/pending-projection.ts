import type { AppendInput, PersonalValue, Projection } from '../commit-store.ts';
import type { LinkRecord } from '../link.ts';

/**
 * All that a commit brings to the projections. It is written in the commit's own document, because
 * that is the one write that decides, and is taken out again once it stands where it belongs.
 */
export interface PendingProjection extends Projection {
  readonly at: string;
  readonly personal: readonly PersonalValue[];
  readonly links: readonly LinkRecord[];
}

export function pendingOf({ projection, at, personal, links }: AppendInput): PendingProjection {
  return { ...projection, at, personal, links: links ?? [] };
}
