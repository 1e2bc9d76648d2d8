import { ConcordatError } from '../engine/errors.ts';
import { nearestName } from './nearest-name.ts';
import { type Config, ENVIRONMENT_PREFIX, settings } from './settings.ts';
import { storeAddress } from './store/store-address.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings: flags first, then `CONCORDAT_*` environment variables, then defaults.
 * Throws `setting-refused`, naming the setting and what it accepts, for any that is unknown, given
 * twice or bad. An empty environment variable counts as not set.
 */
export function readConfig(given: {
  readonly args: readonly string[];
  readonly env: Environment;
}): Config {
  const { values: flags, rest } = takeSettingFlags(given.args);
  const stray = rest[0];
  if (stray !== undefined) throw unknownArgument(stray);
  refuseUnknownVariables(given.env);

  const done: Partial<Record<keyof Config, unknown>> = {};
  // In the order of the table, so that a default may be made from a setting above it.
  for (const key of Object.keys(settings) as (keyof Config)[]) {
    const setting = settings[key];
    const variable = ENVIRONMENT_PREFIX + setting.name;
    const fromFlag = flags[key];
    const text = fromFlag ?? (given.env[variable] || undefined);
    const before = done as Partial<Config>;
    if (text === undefined) {
      done[key] = setting.read(setting.fallback(before), before);
      continue;
    }
    try {
      done[key] = setting.read(text.trim(), before);
    } catch (error) {
      const called = fromFlag === undefined ? variable : `--${setting.flag}`;
      throw refusedValue(called, text, setting, error);
    }
  }
  const config = done as Config;
  requireSenderForSmtp(config, flags, given.env);
  return config;
}

/**
 * Takes the flags that are settings (`--store X`, `--store=X`) out of a command line; `rest` is what
 * remains, in its order, for the command to judge. Throws `setting-refused` for a flag without a
 * value or given twice.
 */
export function takeSettingFlags(args: readonly string[]): {
  readonly values: Partial<Record<keyof Config, string>>;
  readonly rest: readonly string[];
} {
  const keyOfFlag = new Map(
    (Object.keys(settings) as (keyof Config)[]).map((key) => [settings[key].flag, key]),
  );
  const values: Partial<Record<keyof Config, string>> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const [, flag = '', , inline] = /^--([^=]+)(=(.*))?$/s.exec(arg) ?? [];
    const key = keyOfFlag.get(flag);
    if (key === undefined) {
      rest.push(arg);
      continue;
    }
    if (inline === undefined) i += 1;
    const value = inline ?? args[i];
    if (value === undefined || value === '' || (inline === undefined && value.startsWith('--'))) {
      throw refusal(`--${flag} has no value. ${settings[key].accepts}`, flag);
    }
    if (values[key] !== undefined) {
      throw refusal(`--${flag} is given twice. Give it once.`, flag);
    }
    values[key] = value;
  }
  return { values, rest };
}

/** The settings as one JSON-ready object for the log and the readiness page: no password in it. */
export function describeConfig(config: Config): Readonly<Record<string, string | number>> {
  const { mail } = config;
  return {
    store: storeAddress(config.store),
    url: config.url,
    host: config.host,
    port: config.port,
    mail: mail.kind === 'outbox' ? `outbox ${config.outbox}` : `smtp ${mail.host}:${mail.port}`,
    timeZone: config.timeZone,
    region: config.region,
    currency: config.currency,
    logLevel: config.logLevel,
    trustProxy: String(config.trustProxy),
    workers: config.workers,
    answerWithin: `${config.answerWithin} s`,
    metrics: config.metrics === null ? 'off' : `${config.metrics.host}:${config.metrics.port}`,
  };
}

function refuseUnknownVariables(env: Environment): void {
  const known = Object.values(settings).map((setting) => ENVIRONMENT_PREFIX + setting.name);
  for (const name of Object.keys(env)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || known.includes(name)) continue;
    throw unknown(`the environment variable ${name}`, name, name, known);
  }
}

function unknownArgument(arg: string): ConcordatError {
  const name = arg.split('=', 1)[0] ?? arg;
  const known = Object.values(settings).map((setting) => `--${setting.flag}`);
  return unknown(JSON.stringify(name), name, name, known);
}

function unknown(
  shown: string,
  written: string,
  setting: string,
  known: readonly string[],
): ConcordatError {
  const near = nearestName(written, known);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return refusal(`There is no setting ${shown}.${hint} There are: ${known.join(', ')}.`, setting);
}

function refusedValue(
  called: string,
  text: string,
  setting: { readonly accepts: string; readonly secret: boolean },
  cause: unknown,
): ConcordatError {
  const because = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : '';
  const shown = setting.secret ? 'what is given' : JSON.stringify(text.slice(0, 200));
  return refusal(`${called} cannot be ${shown}${because}. ${setting.accepts}`, called);
}

/** A sender guessed from the machine's name would be thrown away as spam by the first mail server. */
function requireSenderForSmtp(
  config: Config,
  flags: Partial<Record<keyof Config, string>>,
  env: Environment,
): void {
  const { name, flag, accepts } = settings.mailFrom;
  const given = flags.mailFrom ?? env[ENVIRONMENT_PREFIX + name];
  if (config.mail.kind !== 'smtp' || given) return;
  throw refusal(
    `${ENVIRONMENT_PREFIX}${name} (or --${flag}) is needed as well when mail goes to an SMTP server. ${accepts}`,
    ENVIRONMENT_PREFIX + name,
  );
}

function refusal(message: string, setting: string): ConcordatError {
  return new ConcordatError('setting-refused', message, { details: { setting } });
}
