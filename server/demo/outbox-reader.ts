import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mail as it lies in the outbox folder. */
interface FoundMail {
  readonly file: string;
  readonly to: string;
  /** The text part. */
  readonly text: string;
}

/** Opens the .eml files of an outbox folder, as the people do who get them. */
export interface OutboxReader {
  /** Mails to an address, newest first, as far as they have been written by now. */
  mailsTo(address: string): Promise<readonly FoundMail[]>;
}

export function outboxReader(folder: string): OutboxReader {
  const read = new Map<string, FoundMail>();
  /** In the order in which they appeared; within one look by name, which begins with the time. */
  const inOrder: FoundMail[] = [];

  return {
    async mailsTo(address) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter((one) => one.endsWith('.eml') && !read.has(one)).sort()) {
        const mail = parseMail(name, await readFile(join(folder, name), 'utf8'));
        read.set(name, mail);
        inOrder.push(mail);
      }
      return inOrder.filter(({ to }) => to === address.toLowerCase()).reverse();
    },
  };
}

/** As much of MIME as our own mails use: the address they go to, and their plain text. */
function parseMail(file: string, source: string): FoundMail {
  const head = (source.split(/\r?\n\r?\n/u, 1)[0] ?? '').replaceAll(/\r?\n[ \t]+/gu, ' ');
  const to = /^To:.*?([^\s<>]+@[^\s<>]+?)>?\s*$/imu.exec(head)?.[1] ?? '';
  const part = /Content-Type: text\/plain[^]*?\r?\n\r?\n([^]*?)\r?\n--/iu.exec(source);
  const headers = part ? source.slice(part.index, part.index + part[0].indexOf(part[1] ?? '')) : '';
  return { file, to: to.toLowerCase(), text: decode(headers, part?.[1] ?? '') };
}

function decode(headers: string, body: string): string {
  const encoding = /Content-Transfer-Encoding: *([\w-]+)/iu.exec(headers)?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll(/=\r?\n/gu, '')
    .replaceAll(/=([0-9A-F]{2})/giu, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
