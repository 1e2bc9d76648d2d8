import type { JsonObject } from '../../engine/json-value.ts';

/** What lists and registers show of an instance: a projection of its newest commit. */
export interface InstanceRow {
  readonly id: string;
  /** The commit this row comes from; a row never goes back to an older one. */
  readonly seq: number;
  readonly hash: string;
  readonly workflow: string;
  readonly version: number;
  readonly partnership: string | null;
  readonly parent: string | null;
  readonly title: string;
  readonly state: string;
  readonly stateTitle: string;
  readonly status: 'active' | 'done';
  readonly outcome: 'good' | 'neutral' | 'bad' | null;
  readonly banner: string | null;
  /** Organisations that take part. */
  readonly organisations: readonly string[];
  /** The data the register shows, by field. */
  readonly columns: JsonObject;
  /** The earliest deadline of the present state: one that has passed, else the next. */
  readonly nextDueAt: string | null;
  readonly nextDueTitle: string | null;
  /** True when a deadline of the present state has passed. */
  readonly overdue: boolean;
  readonly openedAt: string;
  readonly updatedAt: string;
}
