import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ConcordatError } from '../../../engine/errors.ts';
import { PageDamage, pageWalk, readTree, type Tree } from './page-walk.ts';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** Where things stand in a meta page (struct MDB_meta behind the page's header). */
const META_AT = 24;
const FREE_AT = META_AT + 24;
const MAIN_AT = FREE_AT + 48;
const LAST_PAGE_AT = MAIN_AT + 48;
const TXN_AT = LAST_PAGE_AT + 8;
const META_BYTES = TXN_AT + 8;
const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
/** A server may write the two meta pages while they are read. */
const LOOKS = 20;

/**
 * Throws `store-damaged` when `data.mdb` has been cut short or its pages do not fit together. LMDB
 * maps the file into memory and believes it, so that reading on a damaged page would end the process
 * or miss records. `holding` keeps a read transaction open meanwhile, so that a server that writes
 * leaves the pages of this moment alone.
 */
export async function checkPages(
  directory: string,
  holding: (look: () => void) => Promise<void>,
): Promise<void> {
  const path = join(directory, 'data.mdb');
  if (!existsSync(path)) return;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return; // opening will say more about it
  }
  try {
    if (fstatSync(file).size === 0) return;
    settledMeta(file);
    await holding(() => walkPages(file));
  } catch (error) {
    if (!(error instanceof PageDamage)) throw error;
    throw new ConcordatError('store-damaged', `${path}: ${error.message}`, {
      userMessage: `The data folder ${directory} is damaged: its file data.mdb is not as it was written (${error.message}). Keep it as it is. Restore the newest backup into an empty folder with “concordat restore”.`,
      details: { directory },
    });
  } finally {
    closeSync(file);
  }
}

function walkPages(file: number): void {
  const { pageSize, lastPage, free, main } = settledMeta(file);
  const walk = pageWalk(
    (number, count) => {
      const bytes = Buffer.allocUnsafe(count * pageSize);
      const length = readSync(file, bytes, 0, bytes.length, number * pageSize);
      return length === bytes.length ? bytes : undefined;
    },
    { pageSize, pages: lastPage + 1 },
  );
  walk.tree(main, { nested: true });
  walk.freePages(free);
}

interface Meta {
  readonly pageSize: number;
  readonly flags: number;
  readonly lastPage: number;
  readonly txn: bigint;
  readonly free: Tree;
  readonly main: Tree;
}

/** As `readMetas`, and looks again while a server is just writing one of them. */
function settledMeta(file: number): Meta {
  for (let look = 1; ; look += 1) {
    try {
      return readMetas(file);
    } catch (error) {
      if (look === LOOKS || !(error instanceof PageDamage)) throw error;
    }
  }
}

/** The newest of the two meta pages. Transaction N writes page N % 2, so they are one apart. */
function readMetas(file: number): Meta {
  const first = readMeta(file, 0, 0);
  const second = readMeta(file, 1, first.pageSize);
  const [older, newer] = first.txn < second.txn ? [first, second] : [second, first];
  const apart = newer.txn - older.txn;
  if (
    first.txn % 2n !== 0n ||
    (apart !== 1n && older.txn !== 0n) ||
    second.pageSize !== first.pageSize ||
    second.flags !== first.flags
  ) {
    throw new PageDamage('its two first pages contradict each other');
  }
  return newer;
}

function readMeta(file: number, number: number, at: number): Meta {
  const bytes = Buffer.alloc(META_BYTES);
  const length = readSync(file, bytes, 0, META_BYTES, at);
  const pageSize = bytes.readUInt32LE(FREE_AT);
  if (
    length < META_BYTES ||
    bytes.readBigUInt64LE(0) !== BigInt(number) ||
    bytes.readUInt32LE(META_AT) !== MAGIC ||
    (bytes.readUInt32LE(META_AT + 4) & 0xffff) !== DATA_VERSION ||
    !PAGE_SIZES.includes(pageSize)
  ) {
    throw new PageDamage(
      `it has been cut short, or page ${number} is not one of a Concordat store`,
    );
  }
  return {
    pageSize,
    flags: bytes.readUInt16LE(FREE_AT + 4),
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_AT)),
    txn: bytes.readBigUInt64LE(TXN_AT),
    free: readTree(bytes.subarray(FREE_AT, MAIN_AT)),
    main: readTree(bytes.subarray(MAIN_AT, LAST_PAGE_AT)),
  };
}
