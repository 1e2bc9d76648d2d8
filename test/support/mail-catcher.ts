import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Attachment, type HeaderLines, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail as it came over SMTP. */
interface CaughtMail {
  readonly messageId: string;
  /** From the envelope: where it was really sent. */
  readonly recipients: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The addresses in the text part, in their order. */
  readonly links: readonly string[];
  readonly headerLines: HeaderLines;
  readonly attachments: readonly Attachment[];
  readonly raw: string;
}

/**
 * `silent` never greets; `hang` never answers a mail's data; `slow` answers after `slowMs`; `trickle`
 * answers one letter at a time for ever; `drop` cuts the connection when the data has come;
 * `refuse-recipient`, `refuse-data` and `refuse-sender` answer 550; `busy` answers 451.
 */
export type CatcherMode =
  | 'accept'
  | 'slow'
  | 'silent'
  | 'hang'
  | 'trickle'
  | 'drop'
  | 'refuse-recipient'
  | 'refuse-data'
  | 'refuse-sender'
  | 'busy';

export interface MailCatcher {
  readonly port: number;
  /** For `CONCORDAT_MAIL`. */
  readonly url: string;
  mode(mode: CatcherMode): void;
  mails(): readonly CaughtMail[];
  /** The first mail that answers the question, waiting for it; fails after `ms`. */
  waitFor(predicate: (mail: CaughtMail) => boolean, ms?: number): Promise<CaughtMail>;
  clear(): void;
  /** How many mails have come with all their data, also those that were never answered. */
  begun(): number;
  /** Most connections that were open at one time. */
  mostConnections(): number;
  close(): Promise<void>;
}

/** A real SMTP server on a free local port that keeps what it is sent. */
export async function startMailCatcher(
  options: {
    readonly mode?: CatcherMode;
    readonly slowMs?: number;
    readonly login?: { readonly user: string; readonly pass: string };
    readonly startTls?: boolean;
    /** Addresses refused with 550 in every mode. */
    readonly refuses?: (address: string) => boolean;
  } = {},
): Promise<MailCatcher> {
  let mode = options.mode ?? 'accept';
  let caught: CaughtMail[] = [];
  let mostOpen = 0;
  let begun = 0;
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();

  const server = new SMTPServer({
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    hideSTARTTLS: options.startTls !== true,
    disableReverseLookup: true,
    closeTimeout: 1,
    onConnect(_session, done) {
      if (mode !== 'silent') done();
    },
    onAuth(auth, _session, done) {
      const { login } = options;
      if (login !== undefined && auth.username === login.user && auth.password === login.pass) {
        done(null, { user: login.user });
      } else done(reply(535, 'Wrong user name or password'));
    },
    onMailFrom(_address, _session, done) {
      done(mode === 'refuse-sender' ? reply(550, 'Sender not allowed') : null);
    },
    onRcptTo({ address }, _session, done) {
      if (mode === 'refuse-recipient' || options.refuses?.(address) === true) {
        done(reply(550, 'No such user'));
      } else done(mode === 'busy' ? reply(451, 'Try later') : null);
    },
    onData(stream, session, done) {
      void receive(stream, session, done);
    },
  });

  async function receive(
    stream: Readable,
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const modeNow = mode;
    const raw = await buffer(stream).catch(() => null);
    // A sender that goes away in the middle has sent nothing.
    if (raw === null) return;
    begun += 1;
    if (modeNow === 'hang') return;
    if (modeNow === 'drop') {
      for (const socket of sockets) socket.destroy();
      return;
    }
    if (modeNow === 'trickle') {
      for (const socket of sockets) trickle(socket);
      return;
    }
    if (modeNow === 'slow') await delay(options.slowMs ?? 300);
    if (modeNow === 'refuse-data') {
      done(reply(554, 'Content refused'));
      return;
    }
    try {
      caught.push(await readMail(raw, session));
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
    for (const look of waiting) look();
  }

  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    mostOpen = Math.max(mostOpen, sockets.size);
    socket.on('close', () => sockets.delete(socket));
  });
  // A connection that a test cuts off is no failure of the server.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const { login } = options;
  const user =
    login === undefined
      ? ''
      : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.pass)}@`;

  return {
    port,
    url: `smtp://${user}127.0.0.1:${port}`,
    mode(next) {
      mode = next;
    },
    mails: () => caught,
    clear() {
      caught = [];
    },
    begun: () => begun,
    mostConnections: () => mostOpen,
    async waitFor(predicate, ms = 10_000) {
      const deadline = Date.now() + ms;
      for (;;) {
        const found = caught.find(predicate);
        if (found !== undefined) return found;
        const left = deadline - Date.now();
        if (left <= 0) {
          const subjects = caught.map((mail) => `${mail.to}: ${mail.subject}`).join('\n');
          throw new Error(`no such mail came within ${ms} ms; there came:\n${subjects}`);
        }
        await new Promise<void>((resolve) => {
          const look = (): void => {
            clearTimeout(timer);
            waiting.delete(look);
            resolve();
          };
          const timer = setTimeout(look, left);
          waiting.add(look);
        });
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

async function readMail(raw: Buffer, session: SMTPServerSession): Promise<CaughtMail> {
  const parsed = await simpleParser(raw, { skipTextToHtml: true, skipTextLinks: true });
  const text = parsed.text ?? '';
  const to = Array.isArray(parsed.to) ? parsed.to : parsed.to === undefined ? [] : [parsed.to];
  return {
    messageId: parsed.messageId ?? '',
    recipients: session.envelope.rcptTo.map((recipient) => recipient.address),
    from: parsed.from?.text ?? '',
    to: to.map((address) => address.text).join(', '),
    subject: parsed.subject ?? '',
    text,
    html: parsed.html || '',
    links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [],
    headerLines: parsed.headerLines,
    attachments: parsed.attachments,
    raw: raw.toString('latin1'),
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Never silent and never done. */
function trickle(socket: Socket): void {
  const timer = setInterval(() => socket.write('2'), 20);
  socket.on('close', () => clearInterval(timer));
}
