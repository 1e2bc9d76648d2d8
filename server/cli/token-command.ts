import { Temporal } from 'temporal-polyfill';
import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { systemClock } from '../clock.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createToken } from '../use-cases/api-tokens.ts';
import type { Command } from './command.ts';
import { textFlag, usageError } from './usage-error.ts';

export const tokenCommand: Command = {
  name: 'token',
  summary: 'Makes a token for the API, with the permissions of one person.',
  takes: '--person EMAIL --label TEXT',
  details: [
    'The token is shown once. It writes to the records: where they are in a folder, the server has to be',
    'stopped for the moment.',
  ],
  example:
    'concordat token --person amara.okafor@council.example --label "Case system" --expires 2027-12-31',
  flags: {
    person: { type: 'string', value: 'EMAIL', what: 'Whose permissions it has.' },
    label: { type: 'string', value: 'TEXT', what: 'What it is for, to know it again.' },
    expires: {
      type: 'string',
      value: 'DATE',
      what: 'Its last day (2027-12-31), or how long it works (P90D). For ever when not given.',
    },
  },
  async run({ config, words, flags, output }) {
    const email = textFlag(flags['person']);
    const label = textFlag(flags['label']);
    if (email === undefined || label === undefined || words.length > 0) {
      throw usageError('Write: concordat token --person EMAIL --label TEXT [--expires DATE]');
    }
    const clock = systemClock();
    const expires = lasting(textFlag(flags['expires']), clock.now(), config.timeZone);
    const store = await openToWrite(config.store);
    try {
      const { id, token, expiresAt } = await createToken(
        { store, clock },
        { email, label, expires },
      );
      output.say(token);
      output.say(
        `It is shown this once. It works ${expiresAt === null ? 'until it is revoked' : `until ${expiresAt}`}. Send it as: Authorization: Bearer TOKEN`,
      );
      output.result({ id, token, expiresAt });
      return 0;
    } finally {
      await store.close();
    }
  },
};

async function openToWrite(url: string): Promise<Store> {
  try {
    return await openStore(url, 'exclusive');
  } catch (error) {
    if (!isConcordatError(error) || error.code !== 'store-owned') throw error;
    throw new ConcordatError('store-owned', error.message, {
      userMessage: `A server is using ${url}, and only one program may write there. Stop the server, make the token, and start the server again: it takes a second, and mail that falls due meanwhile is sent afterwards.`,
      cause: error,
    });
  }
}

/** How long from now, as the use case takes it; a date counts to its end, where the server is. */
function lasting(text: string | undefined, now: string, timeZone: string): string | null {
  if (text === undefined) return null;
  if (!/^\d{4}-\d\d-\d\d$/u.test(text)) return text;
  try {
    const end = Temporal.PlainDate.from(text)
      .add({ days: 1 })
      .toZonedDateTime(timeZone)
      .toInstant();
    const minutes = Math.floor(Temporal.Instant.from(now).until(end).total('minutes'));
    if (minutes > 0) return `PT${minutes}M`;
  } catch {
    // no such day: said below
  }
  throw usageError(`--expires cannot be ${JSON.stringify(text)}. Give a day that is to come.`);
}
