import { maySeeAddress } from '../../use-cases/may-see-address.ts';
import { standingOf } from '../../access/standing.ts';
import { listOrganisations, listPeople } from '../../use-cases/list-directory.ts';
import { ANSWER_SCHEMAS, itemsOf } from './answer-schemas.ts';
import { defineOperation } from './operation.ts';
import { id } from './schema-parts.ts';

const GROUP = 'Organisations and people';
const query = { partnership: id('Only those of this partnership') };

export const readMe = defineOperation({
  id: 'readMe',
  method: 'get',
  path: '/me',
  group: GROUP,
  summary: 'Read who you are',
  description: 'The person that the token acts for, and their roles in each partnership.',
  answer: { status: 200, description: 'You', schema: ANSWER_SCHEMAS.Me },
  refusals: [],
  async handle({ services, asker }) {
    const { id, name, email, organisation, administrator, coordinator } = asker.person;
    const memberships = await services.store.directory.membershipsOf(id);
    return {
      json: {
        id,
        name,
        email,
        organisation,
        administrator,
        coordinator,
        memberships: memberships.map(({ partnership, organisation, roles }) => ({
          partnership,
          organisation,
          roles,
        })),
      },
    };
  },
});

export const readOrganisations = defineOperation<{ query: { partnership?: string } }>({
  id: 'listOrganisations',
  method: 'get',
  path: '/organisations',
  group: GROUP,
  summary: 'List the organisations you may know of',
  description: 'Your own and those of your partnerships; all of them for coordinators.',
  query,
  answer: {
    status: 200,
    description: 'In order of name',
    schema: itemsOf(ANSWER_SCHEMAS.Organisation),
  },
  refusals: ['not-found'],
  async handle({ services, asker, query }) {
    const found = await listOrganisations(services, asker, query.partnership);
    return { json: { items: found.map(({ id, name, kind }) => ({ id, name, kind })) } };
  },
});

export const readPeople = defineOperation<{ query: { partnership?: string } }>({
  id: 'listPeople',
  method: 'get',
  path: '/people',
  group: GROUP,
  summary: 'List the people you may know of',
  description:
    'Those of your partnerships; all of them for coordinators. E-mail addresses are shown to colleagues, and to those who look after everybody or lead the partnership that is asked for.',
  query,
  answer: { status: 200, description: 'In order of name', schema: itemsOf(ANSWER_SCHEMAS.Person) },
  refusals: ['not-found'],
  async handle({ services, asker, query }) {
    const { partnership } = query;
    const found = await listPeople(services, asker, partnership);
    const standing =
      partnership === undefined
        ? null
        : await standingOf(services.store, asker.person, partnership);
    return {
      json: {
        items: found.map((person) => ({
          id: person.id,
          name: person.name,
          email: maySeeAddress(asker, person, standing) ? person.email : null,
          organisation: person.organisation,
        })),
      },
    };
  },
});
