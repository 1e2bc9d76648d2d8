import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { sha256 } from '../sha256.ts';
import { toMailOptions } from './mail-headers.ts';
import type { MailSender, OutgoingMail } from './mail-sender.ts';

/**
 * Writes mails as .eml files into a folder, so that an installation works before it has a mail
 * server. A mail appears whole or not at all, and once however often it is sent: its file name ends
 * with a hash of its Message-ID.
 */
export function outboxSender(folder: string): MailSender {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  /** File names by the hash of the Message-ID, read once: one server owns the folder. */
  let written: Promise<Map<string, string>> | undefined;
  const onTheirWay = new Map<string, Promise<string>>();

  async function write(mail: OutgoingMail, key: string): Promise<string> {
    const message = toMailOptions(mail);
    written ??= namesByKey(folder);
    const names = await written.catch((error: unknown) => {
      written = undefined;
      throw error;
    });
    const before = names.get(key);
    if (before !== undefined) return before;
    const { message: bytes } = await transport.sendMail(message);
    if (!Buffer.isBuffer(bytes)) throw new TypeError('nodemailer gave a stream');
    const name = fileName(mail, key);
    await writeWhole(folder, name, bytes);
    names.set(key, name);
    return name;
  }

  return {
    kind: 'outbox',
    async send(mail) {
      const key = sha256(mail.messageId).slice(0, 16);
      let work = onTheirWay.get(key);
      if (work === undefined) {
        work = write(mail, key).finally(() => onTheirWay.delete(key));
        onTheirWay.set(key, work);
      }
      try {
        return { response: `written to ${await work}` };
      } catch (error) {
        throw outboxFailure(error, folder);
      }
    },
    async verify() {
      const name = `.concordat-check-${randomUUID()}`;
      try {
        await writeWhole(folder, name, Buffer.from('This file can be deleted.\n'));
        await unlink(join(folder, name));
      } catch (error) {
        throw outboxFailure(error, folder);
      }
    },
    // A disk does not keep anybody waiting as a mail server does.
    abandon: () => undefined,
    async close() {
      await Promise.allSettled(onTheirWay.values());
    },
    describe: () => `Outbox folder ${folder}`,
  };
}

async function namesByKey(folder: string): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true });
  const names = new Map<string, string>();
  for (const name of await readdir(folder)) {
    const key = /^[^.].*_([0-9a-f]{16})\.eml$/.exec(name)?.[1];
    if (key !== undefined) names.set(key, name);
  }
  return names;
}

/** `2027-03-01T09-00-00Z_please-sign-the-memorandum_ada.lovelace-council.example_0123456789abcdef.eml` */
function fileName(mail: OutgoingMail, key: string): string {
  const instant = new Date(mail.date).toISOString().slice(0, 19).replaceAll(':', '-');
  return `${instant}Z_${plain(mail.subject, 60)}_${plain(mail.to.address, 60)}_${key}.eml`;
}

/** Letters, digits, points and hyphens only: safe on every file system, and never hidden. */
function plain(text: string, most: number): string {
  const safe = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, most)
    .replace(/^[-.]+|[-.]+$/g, '');
  return safe === '' ? 'mail' : safe;
}

/** Under its name the file is complete and on the disk, or not there at all. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `.${randomUUID()}.part`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, name));
    const directory = await open(folder, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
}

function outboxFailure(error: unknown, folder: string): ConcordatError {
  if (isConcordatError(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const why =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the server may not write there'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'there is a file in its place'
          : 'writing failed';
  return new ConcordatError('mail-unavailable', `outbox ${folder}: ${String(code ?? error)}`, {
    userMessage: `Mail cannot be written to the outbox folder ${folder}: ${why}. Put that right, or set CONCORDAT_OUTBOX to another folder. Nothing is lost: mail waits and is tried again.`,
    details: { code },
    cause: error,
  });
}
