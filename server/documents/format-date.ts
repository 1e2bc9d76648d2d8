import { ConcordatError } from '../../engine/errors.ts';
import * as words from '../../web/presenters/format-date.ts';

/** A calendar date (`2027-04-01`) as `1 April 2027`. Throws `invalid-input` for anything else. */
export function formatDate(date: string): string {
  return readable(date, () => words.formatDate(date));
}

/** An ISO instant as `1 April 2027 at 9:30am (London time)`. Throws `invalid-input`. */
export function formatDateTime(instant: string, timeZone: string): string {
  return readable(instant, () => words.formatInstant(instant, timeZone));
}

/** What is printed into a document has to be a date; a page may show other text as it stands. */
function readable(text: string, write: () => string): string {
  try {
    return write();
  } catch (cause) {
    throw new ConcordatError('invalid-input', `not a date: ${text}`, {
      userMessage: `“${text}” is not a date. Write it as year, month and day, for example 2027-04-01.`,
      cause,
    });
  }
}
