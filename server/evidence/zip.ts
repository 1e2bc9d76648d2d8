import { Zip, ZipDeflate } from 'fflate';
import type { ExportSink } from './evidence-bundle.ts';

/** A ZIP that grows file by file, wherever it is written to. */
export interface ZipSink extends ExportSink {
  /** Writes the list of its files, without which it is no archive. */
  end(): Promise<void>;
}

/** `write` gets the bytes in their order, and is waited for. */
export function createZip(
  madeAt: string,
  write: (chunks: readonly Uint8Array[]) => Promise<void>,
): ZipSink {
  let chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const flush = async (): Promise<void> => {
    const written = chunks;
    chunks = [];
    await write(written);
  };
  return {
    async add(name, bytes) {
      const entry = new ZipDeflate(name, { level: 6 });
      entry.mtime = new Date(madeAt);
      zip.add(entry);
      entry.push(bytes, true);
      await flush();
    },
    async end() {
      zip.end();
      await flush();
    },
  };
}
