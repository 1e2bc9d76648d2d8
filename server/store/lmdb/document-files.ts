import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 } from '../../sha256.ts';
import type { Faults } from './faults.ts';
import { damaged } from '../damaged.ts';
import { storeError } from './store-error.ts';

/** Files named by the SHA-256 of their bytes: `documents/ab/ab12…`. Written whole or not at all. */
export interface DocumentFiles {
  /** Throws `store-full` or `store-unreadable`; then nothing was kept. */
  write(hash: string, bytes: Uint8Array): Promise<void>;
  /** Throws `store-damaged` when the bytes no longer have that hash. */
  read(hash: string): Promise<Uint8Array | undefined>;
}

const HASH = /^[0-9a-f]{64}$/;

export function createDocumentFiles(directory: string, faults?: Faults): DocumentFiles {
  async function read(hash: string): Promise<Uint8Array | undefined> {
    if (!HASH.test(hash)) return undefined;
    const bytes = await readFile(documentPath(directory, hash)).catch(missing);
    if (bytes !== undefined && sha256(bytes) !== hash) {
      throw damaged(`document ${hash} no longer has the bytes it was stored with`, { hash });
    }
    return bytes;
  }

  return {
    read: async (hash) => {
      try {
        return await read(hash);
      } catch (error) {
        throw storeError(error, directory);
      }
    },
    write: async (hash, bytes) => {
      try {
        // a damaged file does not count as kept: the good bytes take its place
        const kept = await read(hash).catch(() => undefined);
        if (kept !== undefined) return;
        faults?.('before-commit', 'document-file');
        await writeDurably(documentPath(directory, hash), bytes);
        faults?.('after-commit', 'document-file');
      } catch (error) {
        throw storeError(error, directory);
      }
    },
  };
}

/** The file of a document in a store's folder. */
export function documentPath(directory: string, hash: string): string {
  return join(directory, 'documents', hash.slice(0, 2), hash);
}

/** Written beside its place, synced, then renamed, so that a name always holds whole bytes. */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true });
  const draft = join(folder, `.${randomUUID()}.tmp`);
  try {
    await withFile(await open(draft, 'wx'), async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
  if (made !== undefined) await syncFolder(dirname(made));
}

/** Makes the names in a folder durable. Windows has no such thing and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(await open(folder, 'r'), (file) => file.sync());
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
