import type { Database, Key, RootDatabase } from 'lmdb';
import { refuseForeignKeys } from './refuse-foreign-keys.ts';
import { unseal } from './seal.ts';

/**
 * A table of text by key; records are JSON behind a seal (see seal.ts), commits are their hash followed
 * by their text.
 */
export type Table = Database<string>;
/** The same table, seen as holding JSON records of one kind. */
export type RecordTable<T> = Table & { readonly holds?: T };

const NAMES = [
  /** format, owner, check */
  'meta',
  /** All that belongs to one instance, side by side, so that a commit touches few pages: see instance-table.ts */
  'instances',
  /** [by, value, status, updated, instance] → '' */
  'rowIndex',
  /** [by, …values, status] → how many instances */
  'counts',
  /** instance → how far the lists and tasks show it, where that is not to its end: see behind.ts */
  'behind',
  /** id → task */
  'tasks',
  /** queues of tasks: see task-index.ts */
  'taskIndex',
  /** id → link */
  'links',
  /** see link-store.ts */
  'linkIndex',
  /** [kind, …] → organisation, person, partnership, membership */
  'directory',
  /** [hash, instance] → what is known of a document */
  'documents',
  /** [instance, created, hash] → '' */
  'documentIndex',
  /** Message-ID → mail */
  'mails',
  /** ['all', at, id] and ['instance', instance, at, id] → '' */
  'mailIndex',
  /** [id, version] → definition */
  'definitions',
  /** id → session */
  'sessions',
  /** [expires, id] → '' */
  'sessionIndex',
  /** id → long work */
  'work',
  /** [kind, started, id] and ['expires', expires, id] → '' */
  'workIndex',
  /** the installation and its API tokens */
  'installation',
] as const;

type TableName = (typeof NAMES)[number];
export type Tables = Readonly<Record<TableName, Table>>;

/** How many tables LMDB must have room for. */
export const MAX_TABLES = 64;

/** Opens every table; undefined if one is missing and may not be made (read-only). */
export function openTables(root: RootDatabase<string>): Tables | undefined {
  const tables: Partial<Record<TableName, Table>> = {};
  for (const name of NAMES) {
    // answers undefined, against its declared type, when a read-only opening finds no such table
    const table: Table | undefined = root.openDB<string>(name, { encoding: 'string' });
    if (table === undefined) return undefined;
    refuseForeignKeys(table);
    tables[name] = table;
  }
  return tables as Tables;
}

/** Reads a text; throws `store-damaged` when it is no longer what was written. */
export function getText(table: Table, key: Key): string | undefined {
  const stored = table.get(key);
  return stored === undefined ? undefined : unseal(key, stored);
}

/** Reads a JSON record; throws `store-damaged` when it is no longer what was written. */
export function getJson<T>(table: RecordTable<T>, key: Key): T | undefined {
  const stored = table.get(key);
  return stored === undefined ? undefined : parseRecord(table, stored, key);
}

/**
 * For whoever finds nothing where there should be something: a key that the disk gave back wrong, but that
 * is still in order, stands right beside where it is looked for. Throws `store-damaged` if one does. Of
 * tables whose values all carry a seal or are empty, and of commits, which are known by their numbers.
 */
export function requireSoundBeside(table: Table, key: Key): void {
  for (const reverse of [false, true]) {
    for (const { key: beside, value } of table.getRange({ start: key, limit: 1, reverse })) {
      const isCommit = Array.isArray(beside) && typeof beside[1] === 'number';
      if (value !== '' && !isCommit) unseal(beside, value);
    }
  }
}

/** As `getJson`, of what stands in the table under a key. */
export function parseRecord<T>(_: RecordTable<T>, stored: string, key: Key): T {
  return JSON.parse(unseal(key, stored)) as T;
}
