import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import type { Person } from '../store/directory.ts';
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
  const person: Person = {
    id: before?.id ?? newId(),
    name: answers.name.trim(),
    email: answers.email.trim().toLowerCase(),
    organisation: answers.organisation,
    coordinator: answers.coordinator,
    administrator: answers.administrator,
    createdAt: before?.createdAt ?? now,
    disabledAt: answers.maySignIn ? null : (before?.disabledAt ?? now),
  };
  await store.directory.putPerson(person);
  if (before && before.email !== person.email) await endLinksSent(services, person);
  return person;
}

/**
 * What was sent to an address that is no longer theirs, or never was, opens nothing any more. For a
 * decision they have a new link sent, which goes to the address they have now.
 */
async function endLinksSent({ store }: Pick<Services, 'store'>, { id }: Person): Promise<void> {
  for (const link of await store.links.listByPerson(id)) {
    if (link.state !== 'open') continue;
    await store.links.put({
      ...link,
      state: link.purpose === 'sign-in' ? 'withdrawn' : 'replaced',
    });
  }
}
