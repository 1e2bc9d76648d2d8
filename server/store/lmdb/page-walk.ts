/**
 * The B-trees of an LMDB file, read byte by byte with every bound checked. LMDB itself follows what
 * a page says without looking, so that one damaged byte can end the process or hide records; this
 * finds the damage first and can say what it is. The layout is that of `mdb.c` (data version 2).
 */
const PAGE_HEADER = 24;
const NODE_HEADER = 8;
const TABLE_RECORD = 48;
const BIG_VALUE = 24;

const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;

const IN_OTHER_PAGES = 0x01;
const IS_TABLE = 0x02;

/** Stands for "no page": the root of an empty tree. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** Far more than any tree that fits on a disk needs. */
const DEEPEST = 32;

/** A tree as the record of its table tells of it (struct MDB_db). */
export interface Tree {
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
  readonly root: number | null;
}

export function readTree(bytes: Buffer): Tree {
  const root = bytes.readBigUInt64LE(40);
  const count = (at: number): number => Number(bytes.readBigUInt64LE(at));
  return {
    depth: bytes.readUInt16LE(6),
    branches: count(8),
    leaves: count(16),
    overflows: count(24),
    entries: count(32),
    root: root === NO_PAGE ? null : Number(root),
  };
}

/** What is wrong with a page, in a few words. */
export class PageDamage extends Error {}

export interface PageWalk {
  /** Goes through a tree and, with `nested`, those whose records are its values. Throws `PageDamage`. */
  tree(tree: Tree, how: { readonly nested: boolean }): void;
  /** Goes through the tree of free pages: none of them may be in use. Throws `PageDamage`. */
  freePages(tree: Tree): void;
}

/** `page` answers the bytes of a page, or undefined beyond the end; `pages` is how many there are. */
export function pageWalk(
  page: (number: number, count: number) => Buffer | undefined,
  { pageSize, pages }: { readonly pageSize: number; readonly pages: number },
): PageWalk {
  const seen = new Uint8Array(pages);

  function take(number: number, count: number): void {
    if (!(number >= 2 && number + count <= pages)) {
      throw new PageDamage(`page ${number} does not exist`);
    }
    for (let at = number; at < number + count; at += 1) {
      if (seen[at] !== 0) throw new PageDamage(`page ${at} is used twice`);
      seen[at] = 1;
    }
  }

  function read(number: number, count = 1): Buffer {
    take(number, count);
    const bytes = page(number, count);
    if (bytes === undefined) throw new PageDamage(`page ${number} is beyond the end of the file`);
    if (bytes.readBigUInt64LE(0) !== BigInt(number)) {
      throw new PageDamage(`page ${number} is not the page that was written there`);
    }
    return bytes;
  }

  /** The value of a leaf's node, also one that has pages of its own. */
  function valueOf(bytes: Buffer, node: Node, found: Counts): Buffer {
    if ((node.flags & IN_OTHER_PAGES) === 0) {
      return bytes.subarray(node.value, node.value + node.size);
    }
    const first = Number(bytes.readBigUInt64LE(node.value));
    const count = Math.floor((PAGE_HEADER - 1 + node.size) / pageSize) + 1;
    const big = read(first, count);
    if (big.readUInt16LE(18) !== OVERFLOW || big.readUInt32LE(20) !== count) {
      throw new PageDamage(`page ${first} does not hold the large value it should`);
    }
    found.overflows += count;
    return big.subarray(PAGE_HEADER, PAGE_HEADER + node.size);
  }

  function walk(
    tree: Tree,
    order: Order,
    each: (bytes: Buffer, node: Node, found: Counts) => void,
  ): void {
    const found: Counts = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    // a key is told by its page and its place there: to cut each out would take most of the time
    let last: Place | undefined;
    const down = (number: number, depth: number, lowest: Place | undefined): void => {
      const bytes = read(number);
      const leaf = depth === tree.depth;
      if (bytes.readUInt16LE(18) !== (leaf ? LEAF : BRANCH)) {
        throw new PageDamage(`page ${number} is of another kind than it should be`);
      }
      const nodes = nodesOf(bytes, number, leaf, pageSize);
      found[leaf ? 'leaves' : 'branches'] += 1;
      for (const [index, node] of nodes.entries()) {
        const key: Place = { bytes, from: node.key, to: node.value };
        if (!leaf) {
          down(node.child, depth + 1, index === 0 ? lowest : key);
          continue;
        }
        // where the branches above say that this page begins, so that a search finds what a walk does
        const begins = index === 0 ? lowest : undefined;
        const misplaced =
          begins !== undefined &&
          (order(begins, key) > 0 || (last !== undefined && order(last, begins) >= 0));
        if (misplaced || (last !== undefined && order(last, key) >= 0)) {
          throw new PageDamage(`the keys on page ${number} are not in order`);
        }
        last = key;
        found.entries += 1;
        each(bytes, node, found);
      }
    };
    if (tree.depth > DEEPEST) throw new PageDamage('a tree is deeper than any can be');
    if ((tree.root === null) !== (tree.depth === 0)) throw new PageDamage('a tree has no root');
    if (tree.root !== null) down(tree.root, 1, undefined);
    for (const [what, count] of Object.entries(found) as [keyof Counts, number][]) {
      if (tree[what] !== count) {
        throw new PageDamage(`a tree has ${count} ${what} and says that it has ${tree[what]}`);
      }
    }
  }

  return {
    tree(tree, { nested }) {
      walk(tree, byBytes, (bytes, node, found) => {
        if ((node.flags & (IS_TABLE | IN_OTHER_PAGES)) === 0) return;
        const value = valueOf(bytes, node, found);
        if ((node.flags & IS_TABLE) === 0) return;
        if (!nested || value.length !== TABLE_RECORD) {
          throw new PageDamage('a table stands where there is none');
        }
        this.tree(readTree(value), { nested: false });
      });
    },
    freePages(tree) {
      const free: [number, number][] = [];
      walk(tree, byNumber, (bytes, node, found) => {
        free.push(...freeIn(valueOf(bytes, node, found)));
      });
      for (const [first, count] of free) take(first, count);
    },
  };
}

interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

interface Node {
  readonly key: number;
  readonly value: number;
  readonly size: number;
  readonly flags: number;
  readonly child: number;
}

function nodesOf(bytes: Buffer, number: number, leaf: boolean, pageSize: number): Node[] {
  const lower = bytes.readUInt16LE(20);
  const upper = bytes.readUInt16LE(22);
  const end = pageSize - PAGE_HEADER;
  if (lower > upper || upper > end || lower % 2 !== 0 || lower === 0) {
    throw new PageDamage(`page ${number} does not say rightly what it holds`);
  }
  return Array.from({ length: lower / 2 }, (_, index): Node => {
    const offset = bytes.readUInt16LE(PAGE_HEADER + index * 2);
    const at = PAGE_HEADER + offset;
    if (offset < upper || at + NODE_HEADER > pageSize) {
      throw new PageDamage(`an entry of page ${number} does not lie on it`);
    }
    const [low, high] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    const [flags, keySize] = [bytes.readUInt16LE(at + 4), bytes.readUInt16LE(at + 6)];
    const size = leaf ? low + high * 2 ** 16 : 0;
    const key = at + NODE_HEADER;
    const value = key + keySize;
    const held = leaf && (flags & IN_OTHER_PAGES) !== 0 ? BIG_VALUE : size;
    if (value + held > pageSize || (leaf && flags > (IN_OTHER_PAGES | IS_TABLE))) {
      throw new PageDamage(`an entry of page ${number} does not end on it`);
    }
    return {
      key,
      value,
      size,
      flags: leaf ? flags : 0,
      child: low + high * 2 ** 16 + flags * 2 ** 32,
    };
  });
}

/** A list of free pages: how long it is, then pages, and runs of them as minus a length and a page. */
function freeIn(value: Buffer): [number, number][] {
  const runs: [number, number][] = [];
  const length = value.length >= 8 ? Number(value.readBigUInt64LE(0)) : -1;
  if (length < 0 || length * 8 + 8 > value.length) {
    throw new PageDamage('the list of free pages is longer than its place');
  }
  for (let index = 1; index <= length; index += 1) {
    const entry = Number(value.readBigInt64LE(index * 8));
    if (entry === 0) continue;
    if (entry > 0) runs.push([entry, 1]);
    else if (index < length) {
      index += 1;
      runs.push([Number(value.readBigInt64LE(index * 8)), -entry]);
    }
  }
  return runs;
}

/** Part of a page. */
interface Place {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Below 0 when the first comes first. */
type Order = (a: Place, b: Place) => number;

function byBytes(a: Place, b: Place): number {
  return a.bytes.compare(b.bytes, b.from, b.to, a.from, a.to);
}

function byNumber(a: Place, b: Place): number {
  if (a.to - a.from !== 8 || b.to - b.from !== 8) {
    throw new PageDamage('the list of free pages has odd keys');
  }
  const [x, y] = [a.bytes.readBigUInt64LE(a.from), b.bytes.readBigUInt64LE(b.from)];
  if (x === y) return 0;
  return x < y ? -1 : 1;
}
