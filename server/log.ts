import pino, { type DestinationStream, type Logger } from 'pino';
import { isConcordatError } from '../engine/errors.ts';
import type { Config } from './settings.ts';
import { maskPath, maskText } from './mask-path.ts';

/** Writes one line; an error may stand in place of the fields, or in them as `err`. */
interface LogLine {
  (message: string): void;
  (fields: object, message?: string): void;
}

export interface Log {
  readonly trace: LogLine;
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  /** A log whose every line carries these fields as well. */
  child(fields: object): Log;
}

/**
 * The server's log: one JSON object a line. Whatever is handed to it, no line holds a token, cookie,
 * password, authorization header, e-mail address or the value of a field that is named like a
 * person's name. People are logged by id (`person`).
 */
export function createLog(options: {
  readonly level: Config['logLevel'];
  /** Standard output when not given. */
  readonly destination?: DestinationStream;
}): Log {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      // Errors reach pino as plain fields; its own serialiser would name them all Object.
      serializers: { err: (fields: unknown) => fields },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return maskingLog(logger);
}

function maskingLog(logger: Logger): Log {
  const lines =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (first: string | object, message?: string): void => {
      if (!logger.isLevelEnabled(level)) return;
      if (typeof first === 'string') logger[level](maskText(first));
      else if (first instanceof Error) {
        logger[level]({ err: mask(first, 0) }, maskText(message ?? first.message));
      } else if (message === undefined) logger[level](mask(first, 0));
      else logger[level](mask(first, 0), maskText(message));
    };
  return {
    trace: lines('trace'),
    debug: lines('debug'),
    info: lines('info'),
    warn: lines('warn'),
    error: lines('error'),
    child: (fields) => maskingLog(logger.child(maskFields({ ...fields }))),
  };
}

/** Fields whose values never stand in a log, under any object. */
const SECRET =
  /token|cookie|authori[sz]ation|password|passwd|^pass$|secret|credential|code(hash|typed)|otp|^(?:e-?mail|to|from|cc|bcc|subject|html|text|body|recipients?|envelope|accepted|rejected)$|email|address/i;
const NAMES = /^name$|(first|last|full|given|family|sur|user|typed|display|person|signed)_?name/i;

const DEEPEST = 6;
const LONGEST_LIST = 50;

function mask(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '[deeper]';
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) return '[binary]';
  if (Array.isArray(value)) {
    return value.slice(0, LONGEST_LIST).map((item: unknown) => mask(item, depth + 1));
  }
  return maskFields(value as Record<string, unknown>, depth);
}

function maskFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  const masked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'function') continue;
    if (SECRET.test(key) || NAMES.test(key)) masked[key] = '[masked]';
    else if (/^(path|url|originalurl|referr?er)$/i.test(key) && typeof value === 'string') {
      masked[key] = maskText(maskPath(value));
    } else masked[maskText(key)] = mask(value, depth + 1);
  }
  return masked;
}

/** An error's name and message are its own, not a person's; its other fields are masked as any. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: maskText(error.message),
    ...(isConcordatError(error) ? { details: mask(error.details, depth + 1) } : {}),
    ...(error.stack === undefined ? {} : { stack: maskText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: mask(error.cause, depth + 1) }),
  };
}
