import { type ComparedKind, compareStores } from '../store/compare-stores.ts';
import { copyStore } from '../store/copy-store.ts';
import type { Store, TellProgress } from '../store/store.ts';
import { type Verification, verifyStore } from './verify-store.ts';

/** How often what has changed meanwhile is copied again. */
const MORE_ROUNDS = 2;

export interface Move {
  /**
   * `damaged`: the source is, and nothing was copied. `differs`: the copy is not what the source is
   * now, or does not verify, so it stays closed.
   */
  readonly outcome: 'moved' | 'damaged' | 'differs';
  /** Of the copy; of the source when that is damaged. */
  readonly verification: Verification;
  /** What there is of each kind, in the source and in the copy; empty when nothing was copied. */
  readonly kinds: readonly ComparedKind[];
}

/**
 * Copies one store into another that was opened to be filled, and checks the copy: the source is
 * verified before anything is written; afterwards every record of every kind is compared, and every
 * history, document and personal value verified where it is now. Only then does the target open for
 * use. Cut short at any point, a second call goes on. The source is not changed. Throws what
 * `copyStore` throws.
 */
export async function moveStore(
  source: Store,
  target: Store,
  { now, tell }: { readonly now: string; readonly tell?: TellProgress },
): Promise<Move> {
  const total = await source.instances.count({});
  const checking = (where: string) => (checked: number) =>
    tell?.(`Checking every history ${where}`, checked, total);
  const before = await verifyStore(source, checking('that is to be copied'));
  if (before.findings.length > 0) return { outcome: 'damaged', verification: before, kinds: [] };

  let by = await copyStore(source, target, { now, tell });
  let kinds = await compareStores(source, target, tell);
  for (let round = 0; round < MORE_ROUNDS && !kinds.every(({ same }) => same); round += 1) {
    // it changed while it was copied, or since an earlier attempt
    const only = new Set(kinds.filter(({ same }) => !same).map(({ name }) => name));
    by = await copyStore(source, target, { now, tell, only });
    kinds = await compareStores(source, target, tell);
  }
  const verification = await verifyStore(target, checking('in the copy'));
  if (verification.findings.length > 0 || !kinds.every(({ same }) => same)) {
    return { outcome: 'differs', verification, kinds };
  }
  await target.filling.finish(by);
  return { outcome: 'moved', verification, kinds };
}
