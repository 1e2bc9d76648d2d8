import type { LinkRecord } from './link.ts';
import type { Page, PageAsk } from './page.ts';

/** Approval, take-part and sign-in links. `decide` links are spent by commits (see CommitStore). */
export interface LinkStore {
  /**
   * Adds or replaces; refuses (false) to change the state of a link that is no longer open, or to
   * open one that a commit has spent or taken back. `codeTries` never goes down by it.
   */
  put(link: LinkRecord): Promise<boolean>;
  get(id: string): Promise<LinkRecord | undefined>;
  findByTokenHash(hash: string): Promise<LinkRecord | undefined>;
  listByInstance(instance: string): Promise<readonly LinkRecord[]>;
  listByPerson(person: string): Promise<readonly LinkRecord[]>;
  /** Marks a sign-in or set-up link used; true for exactly one caller. */
  spend(id: string, at: string): Promise<boolean>;
  /** Counts a mistyped code and answers the new count. */
  countWrongCode(id: string): Promise<number>;
  /** Every link, whatever became of it. */
  all(page: PageAsk): Promise<Page<LinkRecord>>;
  /** Puts links from another store in the place of what stands under their ids, closed ones too. */
  copy(links: readonly LinkRecord[]): Promise<void>;
}
