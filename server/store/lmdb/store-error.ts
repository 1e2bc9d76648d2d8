import { ConcordatError, isConcordatError } from '../../../engine/errors.ts';

const FULL = new Set<unknown>([
  // numbers are what LMDB gives, names are what Node gives
  28, // ENOSPC
  27, // EFBIG
  122, // EDQUOT
  -30792, // MDB_MAP_FULL
  'ENOSPC',
  'EFBIG',
  'EDQUOT',
]);

/** MDB_PANIC: LMDB does not go on, not even reading, until it is opened anew. */
const FATAL = -30795;

const DAMAGED = new Set<unknown>([
  -30797, // MDB_PAGE_NOTFOUND
  -30796, // MDB_CORRUPTED
  -30793, // MDB_INVALID
  -30779, // MDB_PROBLEM
]);

/** True when the disk had no room: nothing was kept, and the same write may succeed later. */
export function isFull(error: unknown): boolean {
  return FULL.has(codeOf(error));
}

/** Our own error for what LMDB or the file system said. */
export function storeError(error: unknown, directory: string): ConcordatError {
  if (isConcordatError(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  const options = { cause: error, details: { directory, said } };
  if (isFull(error)) {
    return new ConcordatError('store-full', `no room to write in ${directory}: ${said}`, {
      ...options,
      userMessage:
        'This was not saved, because the disk is full. Nothing was lost or half-saved. Make room on the disk, then try again.',
    });
  }
  if (DAMAGED.has(codeOf(error))) {
    return new ConcordatError('store-damaged', `the store in ${directory} is damaged: ${said}`, {
      ...options,
      userMessage: `The data folder ${directory} is damaged. Stop the server and restore the newest backup into an empty folder.`,
    });
  }
  if (codeOf(error) === FATAL) return diskFailed(error, directory);
  return new ConcordatError('store-unreadable', `cannot use the store in ${directory}: ${said}`, {
    ...options,
    userMessage: `The data folder ${directory} cannot be read or written (${said}). Check that it exists, that its disk is healthy and that the server’s account may write there.`,
  });
}

/** The disk lacks the room that it takes to open the store. */
export function noRoomToOpen(directory: string, bytes: number, cause: unknown): ConcordatError {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return new ConcordatError('store-full', `no room for ${bytes} bytes to open ${directory}`, {
    cause,
    details: { directory, bytes },
    userMessage: `The disk of the data folder ${directory} is full: to open it takes ${megabytes} MB. Nothing was changed or lost. Make room on that disk, then start again.`,
  });
}

/** After an error of the disk nothing can be changed, and maybe not be read, until the next start. */
export function diskFailed(error: unknown, directory: string): ConcordatError {
  const said = error instanceof Error ? error.message : String(error);
  return new ConcordatError('store-unreadable', `the disk under ${directory} failed: ${said}`, {
    cause: error,
    details: { directory, said },
    userMessage: `The disk under ${directory} reported an error, so Concordat has stopped taking changes: what you have just sent was not saved. Everything that was saved before is kept. Whoever looks after the server has to see that its disk is healthy and then start Concordat again.`,
  });
}

/**
 * A port whose methods throw our own errors also where LMDB itself fails on reading; what has no
 * code of LMDB's is a mistake of ours and passes.
 */
export function sayingWhatFailed<Port extends object>(port: Port, directory: string): Port {
  const fail = (error: unknown): never => {
    throw typeof codeOf(error) === 'number' ? storeError(error, directory) : error;
  };
  const methods = Object.entries(port).map(([name, method]): [string, unknown] => {
    if (typeof method !== 'function') return [name, method];
    const call = method as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        const answer = call(...args);
        return answer instanceof Promise ? answer.catch(fail) : answer;
      },
    ];
  });
  return Object.fromEntries(methods) as Port;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
