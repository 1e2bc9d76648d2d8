import { ConcordatError } from '../../engine/errors.ts';

/** What is thrown when a store is to be copied, or filled, while a server uses it. `process`: where. */
export function inUse(address: string, process: string): ConcordatError {
  return new ConcordatError('store-owned', `${address} is used by ${process}`, {
    userMessage: `A server is using ${address} (${process}), and what it writes meanwhile would be left behind. Stop every server on it, then run this command again. One that ended without saying so counts for another half a minute.`,
    details: { address, process },
  });
}
