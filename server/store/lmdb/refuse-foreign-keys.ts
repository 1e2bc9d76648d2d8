import type { Key } from 'lmdb';
import { damaged } from '../damaged.ts';

/** What of a table its binding does not declare. */
interface Walked {
  /** How each key that is walked over is read; it is looked up on the table itself. */
  readKey(bytes: Uint8Array, start: number, end: number): Key;
  /** Also what `getKeys` and the counts are made of. */
  getRange(options?: object): Range;
}

interface Range {
  /** The entries; of a count, a number. */
  iterate(...given: unknown[]): Required<Iterator<unknown>> | number;
}

/**
 * Makes a table throw `store-damaged` where it walks over a key that is none of ours: of a key that the
 * disk gave back wrong, the binding throws an error of its own, or makes a symbol.
 */
export function refuseForeignKeys(table: object): void {
  const walked = table as Walked;
  const readKey = walked.readKey.bind(walked);
  walked.readKey = (bytes, start, end) => {
    let key: Key;
    try {
      key = readKey(bytes, start, end);
    } catch (error) {
      throw damaged('a key cannot be read', {}, error);
    }
    if (isOurs(key)) return key;
    throw damaged('a key is of a kind that is never written', {});
  };
  const getRange = walked.getRange.bind(walked);
  walked.getRange = (options) => endingWhereItFails(getRange(options));
}

/**
 * The binding leaves the reader of a walk open that fails, since nobody ends an iterator which has thrown;
 * after 126 of them nothing could be read any more.
 */
function endingWhereItFails(range: Range): Range {
  const iterate = range.iterate.bind(range);
  range.iterate = (...given) => {
    const entries = iterate(...given);
    if (typeof entries === 'number') return entries;
    const next = entries.next.bind(entries);
    entries.next = () => {
      try {
        return next();
      } catch (error) {
        entries.return();
        throw error;
      }
    };
    return entries;
  };
  return range;
}

/** Keys are texts and numbers, alone or in a row. */
function isOurs(key: Key): boolean {
  if (!Array.isArray(key)) return typeof key === 'string' || typeof key === 'number';
  return key.every((part) => typeof part === 'string' || typeof part === 'number');
}
