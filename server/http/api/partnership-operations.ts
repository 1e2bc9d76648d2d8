import type { JsonObject } from '../../../engine/json-value.ts';
import { newId } from '../../new-id.ts';
import type { Partnership } from '../../store/directory.ts';
import { createPartnership } from '../../use-cases/create-partnership.ts';
import { visiblePartnership } from '../../access/load-partnership.ts';
import { pageOfPartnerships } from '../../use-cases/page-of-partnerships.ts';
import { membersOf } from '../../use-cases/read-partnership.ts';
import { ANSWER_SCHEMAS, pageOf } from './answer-schemas.ts';
import { defineOperation } from './operation.ts';
import { pageQuery } from './page-query.ts';
import { freeObject, id, list, record } from './schema-parts.ts';

const GROUP = 'Partnerships';

export const listPartnerships = defineOperation<{ query: { limit?: number; after?: string } }>({
  id: 'listPartnerships',
  method: 'get',
  path: '/partnerships',
  group: GROUP,
  summary: 'List your partnerships',
  query: pageQuery(),
  answer: {
    status: 200,
    description: 'One page, in order of id',
    schema: pageOf(ANSWER_SCHEMAS.Partnership),
  },
  refusals: [],
  async handle({ services, asker, query: { limit = 50, after } }) {
    const page = { limit, ...(after === undefined ? {} : { after }) };
    const { partnerships, next } = await pageOfPartnerships(services, asker, page);
    return { json: { items: partnerships.map(shown), next } };
  },
});

export const readPartnership = defineOperation<{ params: { partnership: string } }>({
  id: 'readPartnership',
  method: 'get',
  path: '/partnerships/{partnership}',
  group: GROUP,
  summary: 'Read a partnership',
  description: 'Where it stands is told by its own course: read the instance that it names.',
  params: { partnership: id('Id of the partnership') },
  answer: {
    status: 200,
    description: 'The partnership and its members',
    schema: ANSWER_SCHEMAS.PartnershipDetails,
  },
  refusals: ['not-found'],
  async handle({ services, asker, params }) {
    const partnership = await visiblePartnership(services, asker, params.partnership);
    const members = await membersOf(services, partnership.id);
    return {
      json: {
        ...shown(partnership),
        members: members.map(({ person, membership }) => ({
          person: person.id,
          name: person.name,
          organisation: membership.organisation,
          roles: membership.roles,
        })),
      },
    };
  },
});

export const makePartnership = defineOperation<{
  body: { form: JsonObject; lead: string; organisations: readonly string[] };
}>({
  id: 'createPartnership',
  method: 'post',
  path: '/partnerships',
  group: GROUP,
  summary: 'Set up a partnership',
  description:
    'For coordinators and administrators. Its own course is started with it. `form` is the start form of the workflow `partnership`.',
  body: record({
    form: freeObject('The start form of the workflow `partnership`, filled in'),
    lead: id('Id of the organisation that leads it'),
    organisations: {
      ...list(id('Id of an organisation'), 'All that take part'),
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
    },
  }),
  formAt: '/form',
  keyed: true,
  answer: { status: 201, description: 'The partnership', schema: ANSWER_SCHEMAS.Partnership },
  refusals: ['not-allowed', 'invalid-input', 'idempotency-mismatch'],
  async handle({ services, worker, asker, body, idempotencyKey }) {
    const { id } = await createPartnership(services, asker, {
      ...body,
      idempotencyKey: idempotencyKey ?? newId(),
    });
    worker.wake();
    const partnership = await visiblePartnership(services, asker, id);
    return {
      json: shown(partnership),
      headers: { location: `${services.config.url}/api/v1/partnerships/${id}` },
    };
  },
});

function shown({ id, title, lead, organisations, instance }: Partnership): object {
  return { id, title, lead, organisations, instance };
}
