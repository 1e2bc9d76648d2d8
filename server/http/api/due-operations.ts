import { listDue } from '../../use-cases/list-due.ts';
import { ANSWER_SCHEMAS, pageOf } from './answer-schemas.ts';
import { defineOperation } from './operation.ts';
import { pageQuery } from './page-query.ts';
import { flag, id } from './schema-parts.ts';

export const readDue = defineOperation<{
  query: { partnership?: string; mine?: boolean; after?: string };
}>({
  id: 'listDue',
  method: 'get',
  path: '/due',
  group: 'Tasks due',
  summary: 'List what is due, and what waits for you',
  description:
    'Open deadlines, steps, reminder days and decisions of the instances you may see, the nearest first, whom they wait for and what you can do there now. Each page covers whole partnerships: go on until `next` is null.',
  query: {
    partnership: id('Only this partnership'),
    mine: flag('Only where there is something that you can do now'),
    after: pageQuery().after,
  },
  answer: { status: 200, description: 'One page', schema: pageOf(ANSWER_SCHEMAS.Due) },
  refusals: ['not-found'],
  async handle({ services, asker, query: { mine = false, ...where } }) {
    const { items, next } = await listDue(services, asker, { ...where, mine });
    return {
      json: {
        items: items.map(({ row, waitsFor, ...item }) => ({
          partnership: row.partnership,
          instance: row.id,
          title: row.title,
          workflow: row.workflow,
          stateTitle: row.stateTitle,
          kind: item.kind,
          deadline: item.deadline,
          dueTitle: item.title,
          dueAt: item.dueAt,
          lastDay: item.lastDay,
          overdue: item.overdue,
          people: waitsFor.people,
          roles: waitsFor.roles,
          yours: item.yours,
        })),
        next,
      },
    };
  },
});
