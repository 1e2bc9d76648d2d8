// Run as a process of its own, since damage in what LMDB maps into memory could end it: is told
// folders, and says of each what a person at the command line and a server's readers would see.
import { createInterface } from 'node:readline';
import { open } from 'lmdb';
import { isConcordatError } from '../../engine/errors.ts';
import { sha256 } from '../../server/sha256.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { concordat } from '../support/command-line.ts';
import { readOfEverything } from './read-of-everything.ts';

export interface Judgement {
  /** What `concordat verify` ended with, and said. */
  readonly verify: { readonly code: number; readonly said: string };
  /** Why a server would not start, null if it would. */
  readonly refused: string | null;
  /** What it would serve; empty when it does not start. */
  readonly served: readonly (readonly [string, string])[];
  /** Of everything that stands in the tables; null where verify has found something. */
  readonly dump: string | null;
}

for await (const directory of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await judge(directory))}\n`);
}

async function judge(directory: string): Promise<Judgement> {
  const { code, out, err } = await concordat(['verify', '--store', `lmdb:${directory}`]);
  const dump = code === 0 ? await dumpOf(directory) : null;
  try {
    const store = await openLmdbStore({ directory, mode: 'serve' });
    const served = [...(await readOfEverything(store))];
    await store.close();
    return { verify: { code, said: out + err }, refused: null, served, dump };
  } catch (error) {
    if (!isConcordatError(error)) throw error;
    return { verify: { code, said: out + err }, refused: error.userMessage, served: [], dump };
  }
}

async function dumpOf(directory: string): Promise<string> {
  const options = {
    noSubdir: false,
    encoding: 'string',
    maxDbs: 64,
    overlappingSync: false,
  } as const;
  const root = open<string>({ path: directory, readOnly: true, ...options });
  const lines: string[] = [];
  // all names first: to open a table while they are walked through would end the process
  const names = Array.from(root.getKeys(), String);
  for (const name of names) {
    const table = root.openDB<string>(name, { encoding: 'string' });
    for (const { key, value } of table.getRange()) lines.push(JSON.stringify([name, key, value]));
  }
  await root.close();
  return sha256(lines.join('\n'));
}
