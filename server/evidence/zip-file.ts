import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { ConcordatError } from '../../engine/errors.ts';
import type { ExportSink } from './evidence-bundle.ts';
import { createZip } from './zip.ts';

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
  const zip = createZip(madeAt, async (chunks) => {
    for (const chunk of chunks) await file.write(chunk);
  });
  return {
    add: (name, bytes) => zip.add(name, bytes),
    async finish() {
      await zip.end();
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
        : `The file ${path} cannot be written (${String(code)}). Check the folder’s name and that you may write there.`;
    throw new ConcordatError('store-not-empty', `cannot write ${path}`, {
      userMessage: why,
      cause,
    });
  }
}
