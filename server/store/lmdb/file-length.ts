import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConcordatError } from '../../../engine/errors.ts';

const MAGIC = 0xbeefc0de;
const HEADER_BYTES = 24;
/** Where things stand in a meta page, after its header (struct MDB_meta). */
const PAGE_SIZE_AT = 24;
const LAST_PAGE_AT = 24 + 2 * 48;
const TXN_AT = LAST_PAGE_AT + 8;

/**
 * Throws `store-damaged` when `data.mdb` has been cut short. LMDB maps the file into memory and
 * does not look at its length, so that reading a page that is gone would end the process. The file
 * may rightly be shorter than its last page number says (the last pages may be free ones); only then
 * every record is read, in a process of its own.
 */
export function checkFileLength(directory: string): void {
  const path = join(directory, 'data.mdb');
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return; // a new folder, or one that opening will say more about
  }
  try {
    // in this order, since a server may be writing: pages come before the meta page that counts them
    const needed = bytesNeeded(file);
    const { size } = fstatSync(file);
    if (size === 0) return;
    if (needed !== undefined && (size >= needed || readsToItsEnd(directory))) return;
  } finally {
    closeSync(file);
  }
  throw new ConcordatError('store-damaged', `${path} has been cut short or overwritten`, {
    userMessage: `The data folder ${directory} is damaged: its file data.mdb is shorter than it was, or is not a Concordat store. Restore the newest backup into an empty folder with “concordat restore”.`,
    details: { directory },
  });
}

/** What the newest of the two meta pages says; undefined when neither is one. */
function bytesNeeded(file: number): number | undefined {
  const first = readMeta(file, 0);
  const second = readMeta(file, first?.pageSize ?? 4096);
  const newest = [first, second]
    .filter((meta) => meta !== undefined)
    .reduce<Meta | undefined>((a, b) => (a === undefined || b.txn > a.txn ? b : a), undefined);
  return newest && (newest.lastPage + 1) * newest.pageSize;
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly txn: bigint;
}

function readMeta(file: number, at: number): Meta | undefined {
  const bytes = Buffer.alloc(HEADER_BYTES + TXN_AT + 8);
  if (readSync(file, bytes, 0, bytes.length, at) < bytes.length) return undefined;
  const meta = bytes.subarray(HEADER_BYTES);
  if (meta.readUInt32LE(0) !== MAGIC) return undefined;
  return {
    pageSize: meta.readUInt32LE(PAGE_SIZE_AT),
    lastPage: Number(meta.readBigUInt64LE(LAST_PAGE_AT)),
    txn: meta.readBigUInt64LE(TXN_AT),
  };
}

function readsToItsEnd(directory: string): boolean {
  const walk = `
    const { open } = require(process.argv[1]);
    const root = open({ path: process.argv[2], noSubdir: false, readOnly: true, maxDbs: 64, encoding: 'binary' });
    for (const name of root.getKeys()) {
      for (const { value } of root.openDB(String(name), { encoding: 'binary' }).getRange()) value.at(-1);
    }`;
  const lmdb = createRequire(import.meta.url).resolve('lmdb');
  const { status } = spawnSync(process.execPath, ['-e', walk, lmdb, directory], {
    stdio: 'ignore',
  });
  return status === 0;
}
