import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';

/** The mails of an outbox folder, in the order in which they were sent. */
export async function readOutbox(folder: string): Promise<readonly ParsedMail[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => join(folder, name))
    .map((file) => ({ file, sent: statSync(file, { bigint: true }).mtimeNs }));
  files.sort((a, b) => (a.sent < b.sent ? -1 : 1));
  return Promise.all(files.map(({ file }) => simpleParser(readFileSync(file))));
}

/** The personal links in the mails to an address, in the order of the mails. */
export async function linksTo(folder: string, address: string): Promise<readonly string[]> {
  const mails = await readOutbox(folder);
  return mails
    .filter(({ to }) => JSON.stringify(to ?? '').includes(address))
    .flatMap(({ text }) => text?.match(/https?:\/\/\S+\/l\/[\w-]+/gu) ?? []);
}
