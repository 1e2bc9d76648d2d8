import { SET_UP_ANSWERS } from '../support/set-up-answers.ts';
import { readConfig } from '../../server/config.ts';
import { closeServices, createServices } from '../../server/create-services.ts';
import type { Person } from '../../server/store/directory.ts';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { createPartnership } from '../../server/use-cases/create-partnership.ts';
import { addOrganisation, invitePerson } from '../../server/use-cases/invite-person.ts';
import { completeSetUp, setUpLink } from '../../server/use-cases/set-up.ts';

export interface TwoOrganisations {
  readonly partnership: string;
  readonly managers: readonly Person[];
  /** One of each organisation. */
  readonly executives: readonly Person[];
  /** Lets a program act for the last of the managers. */
  readonly token: string;
}

/** Sets up an installation in which two organisations work together, each with its people. */
export async function twoOrganisations(
  env: Readonly<Record<string, string>>,
  workflows: string,
  timeZone = 'Europe/London',
): Promise<TwoOrganisations> {
  const services = await createServices(readConfig({ args: [], env }), { workflows });
  try {
    await setUpLink(services);
    const person = await completeSetUp(services, { ...SET_UP_ANSWERS, timeZone });
    const asker = { kind: 'person', person } as const;
    const refuge = await addOrganisation(services, asker, { name: 'Harbour', kind: 'charity' });
    const { id: partnership } = await createPartnership(services, asker, {
      form: { title: 'Safe at home', purpose: 'That nobody falls between two services.' },
      lead: person.organisation,
      organisations: [person.organisation, refuge.id],
      idempotencyKey: 'one',
    });
    const invite = (name: string, organisation: string, role: string): Promise<Person> =>
      invitePerson(services, asker, {
        partnership,
        organisation,
        name,
        email: `${name.toLowerCase().replaceAll(' ', '.')}@example.org`,
        roles: [role],
        authority: null,
      });
    const managers = [
      await invite('Mary Manager', person.organisation, 'manager'),
      await invite('Moses Manager', refuge.id, 'manager'),
    ];
    const { token } = await createToken(services, {
      email: managers.at(-1)?.email ?? '',
      label: 'Case system',
      expires: null,
    });
    return {
      partnership,
      token,
      managers,
      executives: [
        await invite('Edith Executive', person.organisation, 'executive'),
        await invite('Emil Executive', refuge.id, 'executive'),
      ],
    };
  } finally {
    await closeServices(services);
  }
}
