import { newId } from '../new-id.ts';
import { copyHistories, headsOf } from './copy-histories.ts';
import { type Filling, notEmpty } from './filling.ts';
import { linksOfCopy, mailsOfCopy } from './fit-to-copy.ts';
import { type KindOfRecords, LINKS, MAILS, OTHER_KINDS, TASKS } from './kinds-of-records.ts';
import type { LinkRecord } from './link.ts';
import type { SentMail } from './mail-store.ts';
import type { Store, TellProgress } from './store.ts';

const RECORDS_AT_ONCE = 200;

export const HISTORIES = 'histories';

/** Every kind there is, in the order in which it is copied. */
const ORDER = [TASKS.name, HISTORIES, ...OTHER_KINDS.map(({ name }) => name)];

export interface CopyOptions {
  /** For the day on which it was begun. */
  readonly now: string;
  readonly tell?: TellProgress | undefined;
  /** Only these kinds, from their beginning; all of them, from where the last attempt was, if absent. */
  readonly only?: ReadonlySet<string>;
}

/**
 * Copies all that a store holds, but sessions, into one that was opened to be filled. The target says
 * how far it is, so that a second call goes on where the first was cut short. Answers the id under
 * which the filling is finished, once the copy has been checked. Throws `store-not-empty` when the
 * target is being filled from elsewhere, and `store-damaged` for what does not hold together.
 *
 * The source may be written to meanwhile, as in a backup of a database that several servers use. The
 * copy is then what the source was at some moment after the start, in this sense:
 *
 * - Tasks are read first, then the histories. So no task counts as done whose outcome is not in the
 *   copy; one that was done meanwhile is done again there, and known by its key. What the later
 *   commits did to tasks is worked out from them.
 * - Each history goes as far as its row in the lists, and with a commit comes the one of another
 *   instance that is its cause.
 * - What histories rest on (documents, personal values, workflows, people) is read after them.
 * - Mails and links are read after them too, and what only later commits brought is left out.
 *
 * What was acknowledged before the start is there whole.
 */
export async function copyStore(
  source: Store,
  target: Store,
  { now, tell, only }: CopyOptions,
): Promise<string> {
  const begun = await target.filling.get();
  if (begun !== undefined && begun.from !== source.address) throw notEmpty(target.address, begun);
  const last = only === undefined ? begun : undefined;
  const filling: Filling = {
    from: source.address,
    by: newId(),
    startedAt: begun?.startedAt ?? now,
    kind: last?.kind ?? TASKS.name,
    after: last?.after ?? null,
  };
  await target.filling.begin(filling);
  const reached = ORDER.indexOf(filling.kind);

  async function copyKind(
    kind: KindOfRecords,
    fit: (records: readonly unknown[]) => Promise<readonly unknown[]> = async (all) => all,
  ): Promise<void> {
    if (only?.has(kind.name) === false || ORDER.indexOf(kind.name) < reached) return;
    let after = filling.kind === kind.name ? filling.after : null;
    let done = 0;
    for (;;) {
      await target.filling.advance({ ...filling, kind: kind.name, after });
      const page = await kind.page(source, {
        limit: RECORDS_AT_ONCE,
        ...(after === null ? {} : { after }),
      });
      await kind.copy(await fit(page.records), source, target);
      done += page.records.length;
      await tell?.(`Copying the ${kind.title}`, done);
      if (page.next === null) return;
      after = page.next;
    }
  }

  await tell?.('Looking for the histories');
  const tasksAt = await headsOf(source);
  await copyKind(TASKS);
  // always from the first: what is copied already is only counted
  const copied = await copyHistories(source, target, {
    tasksAt,
    tell: async (done, lastInstance) => {
      if (reached <= ORDER.indexOf(HISTORIES)) {
        const after = lastInstance ?? null;
        await target.filling.advance({ ...filling, kind: HISTORIES, after });
      }
      await tell?.('Copying the histories', done, tasksAt.size);
    },
  });
  for (const kind of OTHER_KINDS) {
    if (kind === LINKS) {
      await copyKind(kind, (links) =>
        linksOfCopy(links as readonly LinkRecord[], source, target, copied),
      );
    } else if (kind === MAILS) {
      await copyKind(kind, async (mails) => mailsOfCopy(mails as readonly SentMail[], copied));
    } else {
      await copyKind(kind);
    }
  }
  return filling.by;
}
