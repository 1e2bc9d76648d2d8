import type { Page, PageAsk } from './page.ts';

/**
 * A backup or an export: work that takes too long for one request; or the sweep that brings changed
 * public holidays and settings to what is running.
 */
export interface LongWork {
  readonly id: string;
  readonly kind: 'backup' | 'export' | 'sweep';
  /** Whose export it is; null for what is of everything. */
  readonly partnership: string | null;
  /** The person who asked for it; empty where nobody did. */
  readonly startedBy: string;
  readonly startedAt: string;
  /** When the process that does it was last heard of. */
  readonly updatedAt: string;
  /** When it is forgotten, with its file. */
  readonly expiresAt: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** What it is doing, in plain English. */
  readonly step: string;
  readonly done: number;
  /** Null while nobody knows. */
  readonly total: number | null;
  /** Why it failed, for the person who asked. */
  readonly problem: string | null;
  readonly result: BackupResult | ExportResult | SweepResult | null;
}

interface SweepResult {
  readonly kind: 'sweep';
  /** Where it goes on after it was broken off; null at its end. */
  readonly after: string | null;
}

export interface BackupResult {
  readonly kind: 'backup';
  readonly folder: string;
  /** Histories that were checked in the copy. */
  readonly histories: number;
  /** What is wrong in the copy, in plain English; empty when every hash is right. */
  readonly findings: readonly string[];
}

export interface ExportResult {
  readonly kind: 'export';
  readonly name: string;
  readonly size: number;
  /** How many pieces its file is kept in. */
  readonly pieces: number;
  readonly records: number;
  readonly leftOut: number;
}

/** Long work as it goes on, and the file it makes, so that any process can show both. */
export interface WorkStore {
  /** Only the process that does the work writes it, so the last one written is right. */
  put(work: LongWork): Promise<void>;
  get(id: string): Promise<LongWork | undefined>;
  /** The newest first. */
  list(ask: {
    readonly kind: LongWork['kind'];
    readonly limit: number;
  }): Promise<readonly LongWork[]>;
  /** All of every kind. */
  all(page: PageAsk): Promise<Page<LongWork>>;
  /** Keeps a piece (up to 1 MiB) of the file that the work makes; they count from 0. */
  putPiece(id: string, piece: number, bytes: Uint8Array): Promise<void>;
  piece(id: string, piece: number): Promise<Uint8Array | undefined>;
  /** Forgets what has expired, with its pieces; answers how many. */
  sweep(now: string): Promise<number>;
}
