import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { ConcordatError } from '../../engine/errors.ts';
import type { Config } from '../settings.ts';
import { usualStart } from '../demo/demo-dates.ts';
import { runDemo } from '../demo/run-demo.ts';
import { createLog } from '../log.ts';
import { lmdbDirectory, openStore } from '../store/open-store.ts';
import { storeAddress } from '../store/store-address.ts';
import type { Command } from './command.ts';
import { textFlag, usageError } from './usage-error.ts';

/** Where the demo plays when no store is named; replaced each time. */
const USUAL_FOLDER = './demo-data';
/** Where mails and documents lie when it plays in a database; replaced each time, too. */
const FILES_FOLDER = './demo-files';
const DOCUMENTS_FOLDER = 'documents-to-read';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Plays two partnerships through five years in seconds, and prints the story.',
  takes: '',
  details: [
    'Everything is real but the clock, the people and the mail server: records, PDFs and mails lie in',
    `the folder, ${USUAL_FOLDER} when --store names no other. Open it in the browser afterwards.`,
    'A folder or MongoDB named with --store has to be empty, and is kept. With a MongoDB, documents and',
    `mails lie in ${FILES_FOLDER}.`,
  ],
  example: 'concordat demo --store lmdb:./our-demo',
  flags: {
    at: {
      type: 'string',
      value: 'DATE',
      what: 'The first day of the story, such as 2027-03-01; it lasts 58 months.',
    },
  },
  async run({ config: given, words, flags, storeGiven, output }) {
    if (words.length > 0) throw usageError(`"demo" takes no ${JSON.stringify(words[0])}.`);
    const store = storeGiven ? given.store : `lmdb:${USUAL_FOLDER}`;
    const inFolder = store.startsWith('lmdb:');
    const folder = inFolder ? lmdbDirectory(store) : resolve(FILES_FOLDER);
    const config = demoConfig(given, store, folder);
    const start = firstDay(textFlag(flags['at']), config.timeZone);
    if (!inFolder) await requireEmptyDatabase(store);
    if (inFolder && storeGiven) await requireEmpty(folder);
    else await clearOldDemo(folder);
    // standard output is the story's, or the one JSON document's
    const log = createLog({ level: 'error', destination: process.stderr });
    const result = await runDemo({ config, folder, start, log, say: (line) => output.say(line) });
    const executed = result.documents.filter((document) => document.executed);
    const outbox = inFolder ? '' : ` --outbox ${FILES_FOLDER}/outbox`;
    const command = `npm start -- --store ${storeAddress(store)}${outbox}`;
    output.say('');
    for (const line of [
      ...(inFolder ? [] : [`Records are in ${storeAddress(store)}`]),
      `${inFolder ? 'Records, documents' : 'Documents'} and ${result.mails} mails are in ${folder}`,
      `Signed agreements:`,
      ...executed.map(({ file }) => `  ${file}`),
      `All documents: ${join(folder, DOCUMENTS_FOLDER)}`,
      `Open it in the browser: ${command}`,
      'Sign in as morgan.wyn@marlowe-vale.example; the link comes as a file into the outbox folder:',
      `  ${config.outbox}`,
    ]) {
      output.say(line);
    }
    for (const { task, error } of result.parked) output.say(`NOT DONE: ${task}: ${error ?? ''}`);
    output.result({ ...result, command });
    return result.parked.length === 0 ? 0 : 1;
  },
};

/** Mail never leaves: the people of the story are invented, and addresses might not be. */
function demoConfig(given: Config, store: string, folder: string): Config {
  return { ...given, store, outbox: join(folder, 'outbox'), mail: { kind: 'outbox' } };
}

function firstDay(at: string | undefined, timeZone: string): string {
  if (at === undefined) return usualStart(Temporal.Now.plainDateISO(timeZone).toString());
  try {
    if (/^\d{4}-\d\d-\d\d$/u.test(at)) return Temporal.PlainDate.from(at).toString();
  } catch {
    // said below, as for anything else that is no date
  }
  throw usageError(`--at cannot be ${JSON.stringify(at)}. Give a date, such as 2027-03-01.`);
}

async function requireEmpty(folder: string): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  if (names.length === 0) return;
  throw new ConcordatError('store-not-empty', `${folder} is not empty`, {
    userMessage: `The folder ${folder} is not empty, and the demo writes over nothing. Name another one: --store lmdb:FOLDER`,
  });
}

async function requireEmptyDatabase(url: string): Promise<void> {
  // opened as for a copy, it is refused unless it is empty
  const store = await openStore(url, 'fill');
  await store.close();
}

/** Clears what an earlier demo left; anything else in its place is refused. */
async function clearOldDemo(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  if (!existsSync(join(folder, DOCUMENTS_FOLDER))) return requireEmpty(folder);
  await rm(folder, { recursive: true });
}
