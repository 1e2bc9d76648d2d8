import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import type { Person } from '../store/directory.ts';
import { revokeToken } from './api-tokens.ts';
import { requireAdministrator } from './require-overseer.ts';

/** What an administrator may change of a person. */
export interface PersonAnswers {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly coordinator: boolean;
  readonly administrator: boolean;
  readonly maySignIn: boolean;
}

/** Everybody, in order of name; for administrators. */
export async function listEverybody(
  { store }: Pick<Services, 'store'>,
  asker: Asker,
): Promise<readonly Person[]> {
  requireAdministrator(asker);
  const people = await store.directory.people();
  return [...people].sort((a, b) => a.name.localeCompare(b.name, 'en-GB'));
}

/** Throws `not-found`. */
export async function requirePerson(
  { store }: Pick<Services, 'store'>,
  asker: Asker,
  id: string,
): Promise<Person> {
  requireAdministrator(asker);
  const person = await store.directory.person(id);
  if (person) return person;
  throw new ConcordatError('not-found', `there is no person ${id}`, {
    userMessage: 'There is no such person here.',
  });
}

/**
 * Changes a person, or adds one (`id` null). Nobody shuts themselves out, so that an administrator is
 * always left. Throws `conflict` for an address that another person has.
 */
export async function putPerson(
  services: Pick<Services, 'store' | 'clock'>,
  asker: Asker,
  id: string | null,
  answers: PersonAnswers,
): Promise<Person> {
  requireAdministrator(asker);
  const { store, clock } = services;
  const before = id === null ? null : await requirePerson(services, asker, id);
  if (id === asker.person.id && !(answers.administrator && answers.maySignIn)) {
    throw new ConcordatError('invalid-input', 'nobody shuts themselves out', {
      userMessage:
        'You cannot take this from yourself. Make somebody else an administrator, and ask them to do it.',
      details: {
        problems: [
          {
            path: answers.maySignIn ? '/administrator' : '/maySignIn',
            keyword: 'self',
            params: {},
            message: 'own',
          },
        ],
      },
    });
  }
  if (!(await store.directory.organisation(answers.organisation))) {
    throw new ConcordatError('invalid-input', 'unknown organisation', {
      userMessage: 'Choose the organisation from the list.',
      details: {
        problems: [{ path: '/organisation', keyword: 'reference', params: {}, message: 'unknown' }],
      },
    });
  }
  const now = clock.now();
  const ends = !answers.maySignIn && before?.disabledAt === null;
  const accessId = ends ? newId() : before?.accessId;
  const person: Person = {
    id: before?.id ?? newId(),
    name: answers.name.trim(),
    email: answers.email.trim().toLowerCase(),
    organisation: answers.organisation,
    coordinator: answers.coordinator,
    administrator: answers.administrator,
    createdAt: before?.createdAt ?? now,
    disabledAt: answers.maySignIn ? null : (before?.disabledAt ?? now),
    ...(accessId === undefined ? {} : { accessId }),
  };
  await store.directory.putPerson(person);
  const moved = before !== null && before.email !== person.email;
  if (moved || ends) await endLinksSent(services, person, { decisions: moved });
  if (ends) await endTokens(services, person);
  return person;
}

/**
 * What was sent to an address that is no longer theirs, or never was, opens nothing any more. For a
 * decision they have a new link sent, which goes to the address they have now. Whose access has ended
 * keeps those: they open nothing meanwhile.
 */
async function endLinksSent(
  { store }: Pick<Services, 'store'>,
  { id }: Person,
  { decisions }: { readonly decisions: boolean },
): Promise<void> {
  for (const link of await store.links.listByPerson(id)) {
    if (link.state !== 'open' || !(decisions || link.purpose === 'sign-in')) continue;
    await store.links.put({
      ...link,
      state: link.purpose === 'sign-in' ? 'withdrawn' : 'replaced',
    });
  }
}

/** A program that acted for somebody whose access has ended does not go on when they come back. */
async function endTokens(
  services: Pick<Services, 'store' | 'clock'>,
  { id }: Person,
): Promise<void> {
  for (const token of await services.store.installation.tokens()) {
    if (token.person === id) await revokeToken(services, token.id);
  }
}
