/** Lets other requests have their turn in the middle of long work that never waits for a disk. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
