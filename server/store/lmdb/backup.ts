import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConcordatError } from '../../../engine/errors.ts';
import type { TellProgress } from '../store.ts';
import { syncFolder, writeDurably } from './document-files.ts';
import type { Root } from './environment.ts';
import { damaged } from '../damaged.ts';
import { SOUND_MARK } from './sound-mark.ts';
import { storeError } from './store-error.ts';

/** Written last, so that a folder without it is no finished backup. */
const MANIFEST = 'backup.json';
const DATA = 'data.mdb';
const LOCK = 'lock.mdb';

interface Manifest {
  readonly format: 1;
  /** SHA-256 of `data.mdb`; documents are named by their own. */
  readonly data: string;
}

/**
 * Copies the store while it is written to: LMDB's own snapshot first, then the documents, which are
 * files that never change and are there before the snapshot can name them. Throws
 * `store-not-empty`, `store-full` or `store-unreadable`.
 */
export async function backupStore(parts: {
  readonly root: Root;
  readonly directory: string;
  readonly target: string;
  readonly tell?: TellProgress | undefined;
  /** Brings lists and tasks of the copy to the end of its histories. */
  readonly finish: (target: string) => Promise<void>;
}): Promise<void> {
  const { root, directory, target, tell, finish } = parts;
  await requireEmpty(target);
  try {
    await mkdir(target, { recursive: true });
    await tell?.('Copying the records');
    await root.backup(target, false);
    await finish(target);
    for (const own of [LOCK, SOUND_MARK]) await rm(join(target, own), { force: true });
    await syncFile(join(target, DATA));
    await copyDocuments(directory, target, { checked: false, tell });
    await finishBackup(target);
  } catch (error) {
    throw storeError(error, target);
  }
}

/**
 * Makes a store from a backup. Refuses a target that is not empty (`store-not-empty`) and a backup
 * that is unfinished or changed (`store-damaged`); then the target is left as it was.
 */
export async function restoreBackup({
  from,
  to,
}: {
  readonly from: string;
  readonly to: string;
}): Promise<void> {
  await requireEmpty(to);
  const existed = existsSync(to);
  try {
    const { data } = await readManifest(from);
    await mkdir(to, { recursive: true });
    await copyDocuments(from, to, { checked: true });
    await copyFile(join(from, DATA), join(to, DATA));
    if ((await fileHash(join(to, DATA))) !== data) {
      throw damaged(`${join(from, DATA)} is not what the backup wrote`, { from });
    }
    await syncFile(join(to, DATA));
    await syncFolder(to);
  } catch (error) {
    for (const name of existsSync(to) ? await readdir(to) : []) {
      await rm(join(to, name), { recursive: true, force: true });
    }
    if (!existed) await rm(to, { recursive: true, force: true });
    throw storeError(error, from);
  }
}

async function readManifest(from: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(from, MANIFEST), 'utf8')) as Manifest;
  } catch {
    throw new ConcordatError('store-damaged', `no ${MANIFEST} in ${from}`, {
      userMessage: `The folder ${from} does not hold a finished Concordat backup. Choose the folder that “concordat backup” wrote.`,
    });
  }
}

/** Copies `documents/`; with `checked`, each copy must have the hash it is named by. */
async function copyDocuments(
  from: string,
  to: string,
  { checked, tell }: { readonly checked: boolean; readonly tell?: TellProgress | undefined },
): Promise<void> {
  const source = join(from, 'documents');
  const shelves = existsSync(source) ? await readdir(source) : [];
  for (const [index, shelf] of shelves.entries()) {
    await tell?.('Copying the documents', index, shelves.length);
    const target = join(to, 'documents', shelf);
    await mkdir(target, { recursive: true });
    for (const name of await readdir(join(source, shelf))) {
      if (name.startsWith('.')) continue; // a draft that was never finished
      await copyFile(join(source, shelf, name), join(target, name));
      await syncFile(join(target, name));
      if (checked && (await fileHash(join(target, name))) !== name) {
        throw damaged(`document ${name} in the backup has changed`, { hash: name });
      }
    }
    await syncFolder(target);
  }
}

/** Whether a folder holds a whole backup, as far as it says. */
export function isBackup(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/** Throws `store-damaged` for a backup that is unfinished, or whose records are not those it was made with. */
export async function checkBackup(from: string): Promise<void> {
  const { data } = await readManifest(from);
  if ((await fileHash(join(from, DATA))) !== data) {
    throw damaged(`${join(from, DATA)} is not what the backup wrote`, { from });
  }
}

/** Says that a folder is a whole backup. Nobody may have its store open any more. */
export async function finishBackup(target: string): Promise<void> {
  const manifest: Manifest = { format: 1, data: await fileHash(join(target, DATA)) };
  await writeDurably(join(target, MANIFEST), `${JSON.stringify(manifest)}\n`);
}

export async function requireEmpty(target: string): Promise<void> {
  const names = await readdir(target).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw storeError(error, target);
  });
  if (names.length === 0) return;
  throw new ConcordatError('store-not-empty', `${target} is not empty`, {
    userMessage: `The folder ${target} is not empty. Name an empty folder, or one that does not exist yet.`,
  });
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
