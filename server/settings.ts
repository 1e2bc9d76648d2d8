import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  folderOfStore,
  type MailSetting,
  type MetricsSetting,
  type ProxySetting,
  readAddress,
  readCurrency,
  readFolder,
  readHost,
  readLogLevel,
  readMail,
  readMetrics,
  readProxy,
  readRegion,
  readStore,
  readTimeZone,
  readUrl,
  readWhole,
  USUAL_REGION,
} from './read-setting.ts';

export const ENVIRONMENT_PREFIX = 'CONCORDAT_';

/** What the server is started with. Everything in it has been checked. */
export interface Config {
  /** Where records are kept: `lmdb:FOLDER` or `mongodb://HOST/NAME`. */
  readonly store: string;
  /** The address people use, without a slash at the end. Every link is made from it. */
  readonly url: string;
  readonly port: number;
  readonly host: string;
  readonly mail: MailSetting;
  readonly mailFrom: { readonly name: string; readonly address: string };
  /** Folder of the .eml files when `mail` is the outbox. */
  readonly outbox: string;
  /** Folder in which backups that administrators ask for are kept. */
  readonly backups: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Whose public holidays are not working days: `GB-ENG`. */
  readonly region: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly trustProxy: ProxySetting;
  /** Where figures are served, or null for nowhere. */
  readonly metrics: MetricsSetting;
  /** Threads that render documents. */
  readonly workers: number;
  /** Seconds after which a request gets an answer, whatever it waits for. */
  readonly answerWithin: number;
}

/** One row of the table below. */
export interface Setting<Value> {
  /** After `CONCORDAT_`. */
  readonly name: string;
  /** After `--`. */
  readonly flag: string;
  readonly what: string;
  /** A sentence that says what may stand there; it ends the message when something else does. */
  readonly accepts: string;
  /** Shown where the default is not a fixed text. */
  readonly fallbackInWords?: string;
  /** Never repeated in a message. */
  readonly secret: boolean;
  /** The default, as text; made from the settings above it in the table. */
  fallback(before: Partial<Config>): string;
  /** Throws with a short reason when the text cannot be right. */
  read(text: string, before: Partial<Config>): Value;
}

/** Every setting there is: `--help`, the README's table and the start-up check are made from this. */
export const settings: { readonly [Key in keyof Config]: Setting<Config[Key]> } = {
  store: {
    name: 'STORE',
    flag: 'store',
    what: 'Where records are kept: a folder on this machine, or a MongoDB that any number of servers share.',
    accepts:
      'Give lmdb: and a folder, such as lmdb:./data, or mongodb://user:password@host:27017/concordat (with special characters in the password as %-codes).',
    secret: true,
    fallback: () => 'lmdb:./data',
    read: readStore,
  },
  port: {
    name: 'PORT',
    flag: 'port',
    what: 'The port to listen on; 0 takes any that is free.',
    accepts: 'Give a number from 0 to 65535.',
    secret: false,
    fallback: () => '3000',
    read: (text) => readWhole(text, 0, 65_535),
  },
  host: {
    name: 'HOST',
    flag: 'host',
    what: 'The address to listen on. As it stands only this machine can connect; a container or a server without a proxy beside it needs 0.0.0.0.',
    accepts: 'Give an IP address or a host name, such as 127.0.0.1 or 0.0.0.0.',
    secret: false,
    fallback: () => '127.0.0.1',
    read: readHost,
  },
  url: {
    name: 'URL',
    flag: 'url',
    what: 'The address people type. Every link in a mail is made from it.',
    accepts: 'Give an address without a path, such as https://partners.example.org.',
    fallbackInWords: 'http://localhost:PORT',
    secret: false,
    fallback: (before) => `http://localhost:${before.port ?? 3000}`,
    read: readUrl,
  },
  mail: {
    name: 'MAIL',
    flag: 'mail',
    what: 'How mail leaves: to an SMTP server, or as files in the outbox folder, which administrators see under Sent mail. With a user name on another machine, STARTTLS is required unless ?starttls says otherwise.',
    accepts:
      'Give outbox, smtp://user:password@host:port, or smtps://user:password@host:port; smtp:// may end in ?starttls=required, offered or off. Write special characters in the password as %-codes (@ is %40).',
    secret: true,
    fallback: () => 'outbox',
    read: readMail,
  },
  mailFrom: {
    name: 'MAIL_FROM',
    flag: 'mail-from',
    what: 'Who mails come from. Needed when mail goes to an SMTP server.',
    accepts:
      'Give an address, such as partnerships@example.org or “Partnerships <partnerships@example.org>”.',
    fallbackInWords: 'Concordat <concordat@HOST of the URL>',
    secret: false,
    fallback: (before) => `Concordat <concordat@${mailHost(before.url)}>`,
    read: readAddress,
  },
  outbox: {
    name: 'OUTBOX',
    flag: 'outbox',
    what: 'The folder for mails as .eml files when MAIL is outbox.',
    accepts: 'Give a folder, such as ./data/outbox.',
    fallbackInWords: 'outbox in the data folder; ./data/outbox with MongoDB',
    secret: false,
    fallback: (before) => join(folderOfStore(before.store ?? 'lmdb:./data'), 'outbox'),
    read: readFolder,
  },
  backups: {
    name: 'BACKUPS',
    flag: 'backups',
    what: 'The folder for backups that an administrator makes under Settings. Best on another disk.',
    accepts: 'Give a folder, such as /var/backups/concordat.',
    fallbackInWords: 'DATA FOLDER-backups, beside it',
    secret: false,
    fallback: (before) => `${folderOfStore(before.store ?? 'lmdb:./data')}-backups`,
    read: readFolder,
  },
  timeZone: {
    name: 'TIME_ZONE',
    flag: 'time-zone',
    what: 'The time zone offered at set-up; deadlines end at midnight there.',
    accepts: 'Give a name of the time zone database, such as Europe/London or Australia/Melbourne.',
    secret: false,
    fallback: () => 'Europe/London',
    read: readTimeZone,
  },
  region: {
    name: 'REGION',
    flag: 'region',
    what: 'Whose public holidays are not working days; offered at set-up.',
    accepts: 'Give a country, with its part where they differ, such as GB-ENG, GB-SCT or AU-VIC.',
    secret: false,
    fallback: () => USUAL_REGION,
    read: readRegion,
  },
  currency: {
    name: 'CURRENCY',
    flag: 'currency',
    what: 'The currency of sums of money; offered at set-up.',
    accepts: 'Give the three letters of a currency, such as GBP or AUD.',
    secret: false,
    fallback: () => 'GBP',
    read: readCurrency,
  },
  logLevel: {
    name: 'LOG_LEVEL',
    flag: 'log-level',
    what: 'How much is logged.',
    accepts: 'Give trace, debug, info, warn, error or silent.',
    secret: false,
    fallback: () => 'info',
    read: readLogLevel,
  },
  trustProxy: {
    name: 'TRUST_PROXY',
    flag: 'trust-proxy',
    what: 'Which proxies may say where a request came from. Limits on guessing rest on that address: behind a proxy that is not named here, everybody shares one.',
    accepts:
      'Give no, the number of proxies in front (such as 1), or their addresses (such as loopback, 10.0.0.0/8).',
    secret: false,
    fallback: () => 'no',
    read: readProxy,
  },
  metrics: {
    name: 'METRICS',
    flag: 'metrics',
    what: 'Where figures for Prometheus are served, under /metrics: on a port of their own, so that no proxy in front of the pages shows them to the world. Whoever can connect there can read them; they name nobody.',
    accepts:
      'Give off, a port that only this machine can reach (such as 9464), or an address and a port (such as 10.0.0.5:9464).',
    secret: false,
    fallback: () => 'off',
    read: (text, before) => readMetrics(text, before.port),
  },
  workers: {
    name: 'WORKERS',
    flag: 'workers',
    what: 'How many documents are rendered at once.',
    accepts: 'Give a number from 1 to 32.',
    fallbackInWords: 'one fewer than the processors, from 1 to 4',
    secret: false,
    fallback: () => String(Math.min(4, Math.max(1, availableParallelism() - 1))),
    read: (text) => readWhole(text, 1, 32),
  },
  answerWithin: {
    name: 'ANSWER_WITHIN',
    flag: 'answer-within',
    what: 'After so many seconds whoever still waits for an answer is told to try again, also while the database says nothing. Below what a proxy in front waits.',
    accepts: 'Give a number of seconds from 1 to 300.',
    secret: false,
    fallback: () => '20',
    read: (text) => readWhole(text, 1, 300),
  },
};

/** The settings in words, in the order of the table, for `--help` and the README. */
export function describeSettings(): readonly {
  readonly variable: string;
  readonly flag: string;
  readonly what: string;
  readonly accepts: string;
  readonly fallback: string;
}[] {
  return Object.values(settings).map((setting: Setting<unknown>) => ({
    variable: ENVIRONMENT_PREFIX + setting.name,
    flag: `--${setting.flag}`,
    what: setting.what,
    accepts: setting.accepts,
    fallback: setting.fallbackInWords ?? setting.fallback({}),
  }));
}

/** An IP address has to stand in brackets in a mail address, which few servers take. */
function mailHost(url: string | undefined): string {
  const host = new URL(url ?? 'http://localhost').hostname;
  return /^[\d.]+$|:/.test(host) ? 'localhost' : host;
}
