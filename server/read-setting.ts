import { isIP } from 'node:net';
import { loadHolidays } from './holiday-calendar.ts';

/** Where mail goes. */
export type MailSetting =
  | { readonly kind: 'outbox' }
  | {
      readonly kind: 'smtp';
      readonly host: string;
      readonly port: number;
      /** TLS from the first byte (smtps). */
      readonly secure: boolean;
      readonly startTls: 'required' | 'offered' | 'off';
      readonly login: { readonly user: string; readonly pass: string } | null;
    };

/** As Express takes it: nobody, so many proxies, or these addresses. */
export type ProxySetting = false | number | string;

/** The address that serves figures alone. */
export type MetricsSetting = { readonly host: string; readonly port: number } | null;

/*
 * Each reader takes the text of one setting and throws a short reason when it cannot be right. The
 * reason stands in brackets in the message, before the sentence that says what is accepted; it
 * never repeats the text, which may hold a password.
 */

export function readStore(text: string): string {
  if (/^lmdb:[^\s].*$/.test(text)) return text;
  if (!/^mongodb(\+srv)?:/u.test(text)) {
    throw new Error('it begins neither with lmdb: and a folder nor with mongodb://');
  }
  if (!/^mongodb(\+srv)?:\/\/[^/?\s]+\/[^/?\s.]+(\?\S*)?$/u.test(text)) {
    throw new Error('it does not name a host and, after a slash, a database');
  }
  return text;
}

/** The folder for what is kept beside a store: that of an `lmdb:` one (a file URL's slashes are allowed for), or ./data. */
export function folderOfStore(store: string): string {
  if (!store.startsWith('lmdb:')) return './data';
  return store.replace(/^lmdb:(\/\/(?=\/))?/, '');
}

export function readUrl(text: string): string {
  const url = parseUrl(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error('it does not begin with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') throw new Error('it holds a user name');
  if (url.search !== '' || url.hash !== '') throw new Error('it has something after ? or #');
  if (url.pathname !== '/') throw new Error('it has a path after the host name');
  return url.origin;
}

export function readWhole(text: string, least: number, most: number): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error('it is not a whole number');
  const value = Number(text);
  if (value < least || value > most) throw new Error(`it is not between ${least} and ${most}`);
  return value;
}

export function readHost(text: string): string {
  if (isIP(text) !== 0 || isHostName(text)) return text;
  throw new Error('it is neither an address nor a host name');
}

export function readMail(text: string): MailSetting {
  if (text === 'outbox') return { kind: 'outbox' };
  const url = parseUrl(text);
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') throw new Error('it is neither outbox nor smtp://');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new Error('it names no server');
  if (!/^\/?$/.test(url.pathname)) throw new Error('it has a path after the host name');
  const login = readLogin(url);
  for (const name of url.searchParams.keys()) {
    if (name !== 'starttls') throw new Error(`it has ?${name}, and only ?starttls is known`);
  }
  const asked = url.searchParams.get('starttls');
  if (asked !== null && secure) throw new Error('smtps:// is encrypted already: drop ?starttls');
  // A password never crosses a network in clear unless somebody has said that it may.
  const startTls = asked ?? (login !== null && !isLoopback(host) ? 'required' : 'offered');
  if (startTls !== 'required' && startTls !== 'offered' && startTls !== 'off') {
    throw new Error('starttls is required, offered or off');
  }
  const port = url.port === '' ? (secure ? 465 : login === null ? 25 : 587) : Number(url.port);
  return { kind: 'smtp', host, port, secure, startTls, login };
}

/** `name@host` or `Some Name <name@host>`. */
export function readAddress(text: string): { name: string; address: string } {
  const [, quoted = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
  const address = (bracketed ?? text).trim();
  const name = quoted.trim().replace(/^"(.*)"$/, '$1');
  if (hasControlCharacter(text)) throw new Error('it holds a line break');
  if (!/^[^\s@<>",;:()[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(address)) {
    throw new Error('it is no e-mail address');
  }
  return { name, address };
}

export function readFolder(text: string): string {
  if (text === '' || hasControlCharacter(text)) throw new Error('it is no folder name');
  return text;
}

export function readTimeZone(text: string): string {
  if (/^[+-]/.test(text)) throw new Error('it is an offset, which knows no summer time');
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new Error('there is no such time zone');
  }
}

/** The region there is unless another is chosen; it needs no looking up. */
export const USUAL_REGION = 'GB-ENG';

export function readRegion(text: string): string {
  if (text === USUAL_REGION) return text;
  const [country = '', ...parts] = text.toUpperCase().split('-');
  const holidays = new (loadHolidays())();
  if (!Object.hasOwn(holidays.getCountries(), country)) {
    throw new Error('no public holidays are known for that country');
  }
  let known: Record<string, string> | undefined = holidays.getStates(country);
  for (const [depth, part] of parts.entries()) {
    if (depth > 0) known = holidays.getRegions(country, parts[0] ?? '');
    if (depth > 1 || known === undefined || !Object.hasOwn(known, part)) {
      throw new Error(`no public holidays are known for that part of ${country}`);
    }
  }
  return [country, ...parts].join('-');
}

export function readCurrency(text: string): string {
  const code = text.toUpperCase();
  if (Intl.supportedValuesOf('currency').includes(code)) return code;
  throw new Error('there is no such currency');
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

export function readLogLevel(text: string): (typeof LOG_LEVELS)[number] {
  const level = LOG_LEVELS.find((known) => known === text.toLowerCase());
  if (level === undefined) throw new Error('there is no such level');
  return level;
}

export function readProxy(text: string): ProxySetting {
  if (text === 'no') return false;
  if (/^\d+$/.test(text)) return readWhole(text, 1, 10);
  const ranges = text.split(',').map((range) => range.trim());
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    const named = ['loopback', 'linklocal', 'uniquelocal'].includes(range);
    if (named) continue;
    if (isIP(address) === 0) throw new Error('it is neither no, a number nor addresses');
    if (bits !== undefined) readWhole(bits, 0, most);
  }
  return ranges.join(', ');
}

/** `off`, a port of this machine alone, or an address and a port; never the port of the pages. */
export function readMetrics(text: string, pages: number | undefined): MetricsSetting {
  if (text === 'off') return null;
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d+)$/.exec(text) ?? [];
  if (port === '') throw new Error('it is neither off nor a port');
  const place = {
    host: readHost(host.replace(/^\[(.*)\]$/, '$1')),
    port: readWhole(port, 0, 65_535),
  };
  if (place.port !== 0 && place.port === pages) throw new Error('the pages have that port');
  return place;
}

function readLogin(url: URL): { user: string; pass: string } | null {
  if (url.username === '' && url.password === '') return null;
  if (url.username === '') throw new Error('it has a password without a user name');
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    throw new Error('its user name or password has a % that must be written %25');
  }
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('it is no address that can be read');
  return new URL(text);
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$/i.test(text);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
