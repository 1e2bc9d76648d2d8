import type { InstanceRow } from './instance-row.ts';

/** Lists of instances: projections, written only by commits. */
export interface InstanceStore {
  get(id: string): Promise<InstanceRow | undefined>;
  /**
   * Rows that match all that is given, newest update first; `after` is the cursor of the page
   * before. Each of `partnership`, `workflow`, `parent` is served by an index.
   */
  list(filter: {
    readonly partnership?: string;
    readonly workflow?: string;
    readonly parent?: string;
    readonly status?: 'active' | 'done';
    readonly limit: number;
    readonly after?: string;
  }): Promise<{ readonly rows: readonly InstanceRow[]; readonly next: string | null }>;
  count(filter: {
    readonly partnership?: string;
    readonly workflow?: string;
    readonly status?: 'active' | 'done';
  }): Promise<number>;
}
