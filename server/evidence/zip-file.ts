import { Zip, ZipDeflate } from 'fflate';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { ConcordatError } from '../../engine/errors.ts';
import type { ExportSink } from './evidence-bundle.ts';

/** A ZIP that grows file by file; under its name it is whole or not there. */
export interface ZipFile extends ExportSink {
  /** Ends the archive and gives it its name. */
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Throws `store-not-empty` when there is such a file already: nothing is written over. */
export async function createZipFile(path: string, madeAt: string): Promise<ZipFile> {
  const draft = `${path}.part`;
  const file = await openNew(path, draft);
  let chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const flush = async (): Promise<void> => {
    const written = chunks;
    chunks = [];
    for (const chunk of written) await file.write(chunk);
  };
  return {
    async add(name, bytes) {
      const entry = new ZipDeflate(name, { level: 6 });
      entry.mtime = new Date(madeAt);
      zip.add(entry);
      entry.push(bytes, true);
      await flush();
    },
    async finish() {
      zip.end();
      await flush();
      await file.sync();
      await file.close();
      await rename(draft, path);
    },
    async abandon() {
      await file.close();
      await rm(draft, { force: true });
    },
  };
}

async function openNew(path: string, draft: string): Promise<FileHandle> {
  try {
    const reserved = await open(path, 'wx');
    await reserved.close();
    await rm(path);
    return await open(draft, 'w');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why =
      code === 'EEXIST'
        ? `There is a file ${path} already, and an export writes over nothing. Choose another name.`
        : `The file ${path} cannot be written (${String(code)}). Check the folder's name and that you may write there.`;
    throw new ConcordatError('store-not-empty', `cannot write ${path}`, {
      userMessage: why,
      cause,
    });
  }
}
