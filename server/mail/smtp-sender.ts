import { createTransport } from 'nodemailer';
import { ConcordatError } from '../../engine/errors.ts';
import type { MailSetting } from '../read-setting.ts';
import { within } from '../within.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { toMailOptions } from './mail-headers.ts';
import type { MailSender } from './mail-sender.ts';
import { smtpFailure } from './smtp-failure.ts';

/** In milliseconds. */
export interface SmtpTimes {
  readonly connect: number;
  /** Without a word from the server. */
  readonly silence: number;
  /** For one mail altogether: a server that trickles its answer is never silent. */
  readonly mail: number;
  /** The same for one that somebody waits for. */
  readonly awaited?: number;
}

const TIMES = { connect: 10_000, silence: 30_000, mail: 90_000, awaited: 15_000 };
/** Connections for mails that somebody waits for, so that none of those queues behind others. */
const AWAITED_AT_ONCE = 2;

/** Sends over a few kept connections to an SMTP server. */
export function smtpSender(
  server: Extract<MailSetting, { kind: 'smtp' }>,
  options: { readonly times?: SmtpTimes; readonly connections?: number } = {},
): MailSender {
  const times = { ...TIMES, ...options.times };
  const connections = options.connections ?? 5;
  const transport = createTransport({
    pool: true,
    maxConnections: connections + AWAITED_AT_ONCE,
    maxMessages: 200,
    maxRequeues: 2,
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.startTls === 'required',
    ignoreTLS: server.startTls === 'off',
    ...(server.login === null ? {} : { auth: server.login }),
    connectionTimeout: times.connect,
    dnsTimeout: times.connect,
    greetingTimeout: times.connect,
    socketTimeout: times.silence,
    logger: false,
  });
  // A mail that waits for a free connection has not begun, so its time does not run.
  const inTurn = limitConcurrency(connections);
  const awaitedInTurn = limitConcurrency(AWAITED_AT_ONCE);
  const abandoned = new AbortController();
  let onTheirWay = 0;
  let whenDone: (() => void) | undefined;

  async function sendNow(mail: Parameters<MailSender['send']>[0]): Promise<{ response: string }> {
    const message = toMailOptions(mail);
    try {
      const most = AbortSignal.timeout(mail.awaited === true ? times.awaited : times.mail);
      const signal = AbortSignal.any([most, abandoned.signal]);
      const info = await transport.sendMail({ ...message, signal });
      return { response: info.response };
    } catch (error) {
      throw smtpFailure(error, server);
    }
  }

  return {
    kind: 'smtp',
    async send(mail) {
      onTheirWay += 1;
      try {
        const own = mail.awaited === true ? awaitedInTurn : inTurn;
        return await own(() => sendNow(mail));
      } finally {
        onTheirWay -= 1;
        if (onTheirWay === 0) whenDone?.();
      }
    },
    async verify() {
      try {
        await within(times.connect + times.silence, transport.verify(), tooLong);
      } catch (error) {
        throw smtpFailure(error, server);
      }
    },
    abandon: () => abandoned.abort(),
    async close() {
      if (onTheirWay > 0) {
        await new Promise<void>((resolve) => {
          whenDone = resolve;
        });
      }
      transport.close();
    },
    describe: () =>
      `SMTP server ${server.host}:${server.port}${server.secure ? ' (TLS)' : server.startTls === 'required' ? ' (STARTTLS)' : ''}`,
  };
}

function tooLong(): ConcordatError {
  return new ConcordatError('mail-unavailable', 'the mail server did not answer in time');
}
