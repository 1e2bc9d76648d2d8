import type { ReadersClock } from './due-cell.ts';
import { formatInstant } from './format-date.ts';

export interface TokenView {
  readonly id: string;
  readonly label: string;
  readonly facts: readonly string[];
  readonly open: boolean;
  readonly state: string;
}

/** API tokens, with whom each acts for and whether it still works. */
export function presentTokens(
  tokens: readonly {
    readonly id: string;
    readonly person: string;
    readonly label: string;
    readonly createdAt: string;
    readonly expiresAt: string | null;
    readonly revokedAt: string | null;
  }[],
  names: ReadonlyMap<string, string>,
  { now, timeZone }: ReadersClock,
): readonly TokenView[] {
  return tokens.map(({ id, label, person, createdAt, expiresAt, revokedAt }) => {
    const expired = expiresAt !== null && expiresAt <= now;
    const open = revokedAt === null && !expired;
    return {
      id,
      label,
      open,
      state: open ? 'Works' : revokedAt === null ? 'Expired' : 'Ended',
      facts: [
        `Acts for ${names.get(person) ?? person}`,
        `Made ${formatInstant(createdAt, timeZone)}`,
        ...(revokedAt === null ? [] : [`Ended ${formatInstant(revokedAt, timeZone)}`]),
        ...(expiresAt === null
          ? ['Works until it is ended']
          : [`${expired ? 'Worked' : 'Works'} until ${formatInstant(expiresAt, timeZone)}`]),
      ],
    };
  });
}
