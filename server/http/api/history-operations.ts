import type { JsonObject } from '../../../engine/json-value.ts';
import { ConcordatError } from '../../../engine/errors.ts';
import { presentRecords } from '../../../web/presenters/instance-history.ts';
import { createRowAccess } from '../../access/row-access.ts';
import { cameFromOthers } from '../../access/came-from-others.ts';
import { visibleInstance } from '../../access/visible-instance.ts';
import { readCommit } from '../../runtime/head.ts';
import { readHistory } from '../../use-cases/read-history.ts';
import { readingContext } from '../instance-context.ts';
import { ANSWER_SCHEMAS } from './answer-schemas.ts';
import { defineOperation } from './operation.ts';
import { MOST_A_PAGE } from './page-query.ts';
import { freeObject, id, list, nullable, record, whole } from './schema-parts.ts';

const GROUP = 'History';
const instance = id('Id of the instance');

export const readEntries = defineOperation<{
  params: { instance: string };
  query: { after?: number; limit?: number };
}>({
  id: 'readHistory',
  method: 'get',
  path: '/instances/{instance}/history',
  group: GROUP,
  summary: 'Read what has happened',
  description:
    'In the order in which it happened. Each entry cites the hash of the one before; read a commit to check its hash. Empty where a confidential record was only shared with you: what led to it stays with those concerned.',
  params: { instance },
  query: {
    after: whole('The entries after this `seq`', { minimum: 0, maximum: 1_000_000_000 }),
    limit: whole('How many at most', { minimum: 1, maximum: MOST_A_PAGE, default: 50 }),
  },
  answer: {
    status: 200,
    description: 'One page',
    schema: record({
      items: list(ANSWER_SCHEMAS.HistoryEntry),
      next: nullable(whole('Give this as `after` to get the page that follows', { minimum: 1 })),
    }),
  },
  refusals: ['not-found'],
  async handle({ services, asker, params, query: { after = 0, limit = 50 } }) {
    const range = { fromSeq: after + 1, toSeq: after + limit };
    const { records, total, data } = await readHistory(services, asker, params.instance, range);
    const shown = records as unknown as JsonObject[];
    const context = await readingContext(services, asker, params.instance, shown);
    const { head } = await visibleInstance(services, asker, params.instance);
    const { timeZone } = head.commit.origin;
    const speaking = { context, names: context.names, timeZone };
    const said = presentRecords({ records, data, speaking, documentHref: null });
    const words = new Map(said.map((entry) => [entry.seq, entry]));
    const last = records.at(-1)?.seq ?? total;
    return {
      json: {
        items: records.map((record) => ({
          seq: record.seq,
          hash: record.hash,
          previous: record.previous,
          at: record.at,
          event: record.event['type'],
          what: words.get(record.seq)?.what ?? record.story,
          who: words.get(record.seq)?.who ?? '',
          by: record.by && {
            ...record.by,
            authorityBy: record.by.authorityBy ?? null,
            authorityAt: record.by.authorityAt ?? null,
            proof: record.by.proof ?? null,
          },
          byLink: record.link !== null,
          notes: words.get(record.seq)?.notes ?? [],
          answers: record.answers,
        })),
        next: last < total ? last : null,
      },
    };
  },
});

export const readCommitText = defineOperation<{ params: { instance: string; seq: string } }>({
  id: 'readCommit',
  method: 'get',
  path: '/instances/{instance}/history/{seq}',
  group: GROUP,
  summary: 'Read a commit, byte for byte',
  description:
    'The canonical JSON (RFC 8785) that was hashed: the SHA-256 of the answer is the entry’s `hash`. Personal values are kept beside the history; here only their salted hashes stand.',
  params: {
    instance,
    seq: { type: 'string', description: 'Its number', pattern: '^[1-9][0-9]{0,8}$' },
  },
  answer: {
    status: 200,
    description: 'The commit as it is stored',
    schema: freeObject('A commit'),
  },
  refusals: ['not-found'],
  async handle({ services, asker, params }) {
    const { sight } = await visibleInstance(services, asker, params.instance);
    if (sight === 'shared') throw sharedOnly(params.instance);
    const stored = await services.store.commits.get(params.instance, Number(params.seq));
    if (!stored) {
      throw new ConcordatError('not-found', `${params.instance} has no commit ${params.seq}`, {
        userMessage: `The history has no entry ${params.seq} yet. Read the history to see which there are.`,
      });
    }
    const access = createRowAccess(services, asker);
    if (await cameFromOthers(services, access, readCommit(stored))) {
      throw new ConcordatError('not-found', `commit ${params.seq} came from a record of others`, {
        userMessage:
          'This entry came from a record that is not for you. Its hash stands in the history.',
      });
    }
    return {
      bytes: Buffer.from(stored.text),
      mediaType: 'application/json',
      headers: { etag: `"${stored.hash}"` },
    };
  },
});

function sharedOnly(instance: string): ConcordatError {
  return new ConcordatError('not-found', `${instance} was only shared with this asker`, {
    userMessage:
      'This record was shared with you as it stands. What led to it stays with those concerned.',
  });
}
