import type { JsonObject } from '../../../engine/json-value.ts';
import { visibleInstance } from '../../access/visible-instance.ts';
import type { Answer } from '../../runtime/runtime.ts';
import type { Services } from '../../services.ts';
import { correctData } from '../../use-cases/correct-data.ts';
import { type InstanceFilter, listInstances } from '../../use-cases/list-instances.ts';
import { readInstance } from '../../use-cases/read-instance.ts';
import { sendEvent } from '../../use-cases/send-event.ts';
import { seqToExpect } from '../../use-cases/seq-to-expect.ts';
import { startWorkflow } from '../../use-cases/start-workflow.ts';
import type { Asker } from '../../access/asker.ts';
import { ANSWER_SCHEMAS, pageOf } from './answer-schemas.ts';
import { type ApiAnswer, defineOperation } from './operation.ts';
import { pageQuery } from './page-query.ts';
import { freeObject, id, record, sha256Hex, text, whole } from './schema-parts.ts';
import { showInstance, showRow } from './show-instance.ts';

const GROUP = 'Instances';
const params = { instance: id('Id of the instance') };
const expectedSeq = whole(
  'The `seq` you read. Refused with `stale-sequence` when anything that you could have read has changed since.',
  { minimum: 1, maximum: 1_000_000_000 },
);

export const readInstances = defineOperation<{
  query: Omit<InstanceFilter, 'limit'> & { limit?: number };
}>({
  id: 'listInstances',
  method: 'get',
  path: '/instances',
  group: GROUP,
  summary: 'List the instances you may see',
  description:
    'The newest change first. A page may be shorter than `limit` and still have a next one: go on until `next` is null.',
  query: {
    partnership: id('Only those of this partnership'),
    workflow: id('Only those of this workflow'),
    status: text('Only those that go on, or have ended', { enum: ['active', 'done'] }),
    ...pageQuery(),
  },
  answer: { status: 200, description: 'One page', schema: pageOf(ANSWER_SCHEMAS.InstanceRow) },
  refusals: ['not-found'],
  async handle({ services, asker, query: { limit = 50, ...filter } }) {
    const { rows, next } = await listInstances(services, asker, { ...filter, limit });
    return { json: { items: rows.map(showRow), next } };
  },
});

export const readOneInstance = defineOperation<{ params: { instance: string } }>({
  id: 'readInstance',
  method: 'get',
  path: '/instances/{instance}',
  group: GROUP,
  summary: 'Read an instance',
  description:
    'Where it stands, what it holds, what can be done now and by whom, and why something cannot be done yet.',
  params,
  answer: { status: 200, description: 'The instance', schema: ANSWER_SCHEMAS.Instance },
  refusals: ['not-found'],
  async handle({ services, asker, params }) {
    return { json: showInstance(await readInstance(services, asker, params.instance)) };
  },
});

export const startInstance = defineOperation<{
  body: { workflow: string; partnership: string; form?: JsonObject };
}>({
  id: 'startInstance',
  method: 'post',
  path: '/instances',
  group: GROUP,
  summary: 'Start an instance of a workflow in a partnership',
  body: record(
    {
      workflow: id('Id of the workflow'),
      partnership: id('Id of the partnership'),
      form: freeObject('Its start form, filled in; read the workflow to see it'),
    },
    ['form'],
  ),
  formAt: '/form',
  keyed: true,
  answer: { status: 201, description: 'It was started', schema: ANSWER_SCHEMAS.Recorded },
  refusals: [
    'not-found',
    'not-allowed',
    'invalid-input',
    'definition-unknown',
    'idempotency-mismatch',
  ],
  async handle({ services, worker, asker, body, idempotencyKey }) {
    const answer = await startWorkflow(services, asker, {
      workflow: body.workflow,
      partnership: body.partnership,
      form: body.form ?? {},
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
    });
    worker.wake();
    return recorded(services, answer, true);
  },
});

interface EventBody {
  readonly event: string;
  readonly fields?: JsonObject;
  readonly manifest?: string;
  readonly expectedSeq?: number;
}

export const takeEvent = defineOperation<{ params: { instance: string }; body: EventBody }>({
  id: 'sendEvent',
  method: 'post',
  path: '/instances/{instance}/events',
  group: GROUP,
  summary: 'Send an event',
  description:
    'Does one of the `options` of the instance. Nothing is recorded unless everything about it is right.',
  params,
  body: record(
    {
      event: text('One of the `options`, by its `event`', { minLength: 1, maxLength: 100 }),
      fields: freeObject('The form of the option, filled in'),
      manifest: sha256Hex('The manifest of the document that was read, when it decides on one'),
      expectedSeq,
    },
    ['fields', 'manifest', 'expectedSeq'],
  ),
  formAt: '/fields',
  keyed: true,
  answer: { status: 200, description: 'It was recorded', schema: ANSWER_SCHEMAS.Recorded },
  refusals: [
    'not-found',
    'not-allowed',
    'invalid-input',
    'data-refused',
    'event-unknown',
    'event-not-possible',
    'gate-not-met',
    'instance-finished',
    'party-unknown',
    'manifest-changed',
    'stale-sequence',
    'conflict',
    'idempotency-mismatch',
  ],
  async handle({ services, worker, asker, params: { instance }, body, idempotencyKey }) {
    const { event, fields = {}, manifest } = body;
    const answer = await sendEvent(services, asker, {
      instance,
      event,
      fields,
      ...(manifest === undefined ? {} : { manifest }),
      ...(await expecting(services, asker, instance, body.expectedSeq)),
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
    });
    worker.wake();
    return recorded(services, answer, false);
  },
});

interface CorrectionBody {
  readonly changes: JsonObject;
  readonly reason: string;
  readonly expectedSeq?: number;
}

export const correctInstance = defineOperation<{
  params: { instance: string };
  body: CorrectionBody;
}>({
  id: 'correctInstance',
  method: 'post',
  path: '/instances/{instance}/corrections',
  group: GROUP,
  summary: 'Correct data',
  description:
    'For coordinators. Nothing is deleted: the history shows both, deadlines move with the data, and those concerned are told. What has been signed is changed by the workflow’s own steps alone.',
  params,
  body: record(
    {
      changes: {
        ...freeObject('New values by field of `data`; null takes a value away'),
        minProperties: 1,
      },
      reason: text('Why, for the history', { minLength: 1, maxLength: 1_000 }),
      expectedSeq,
    },
    ['expectedSeq'],
  ),
  formAt: '/changes',
  keyed: true,
  answer: { status: 200, description: 'It was recorded', schema: ANSWER_SCHEMAS.Recorded },
  refusals: [
    'not-found',
    'not-allowed',
    'invalid-input',
    'data-refused',
    'stale-sequence',
    'conflict',
    'idempotency-mismatch',
  ],
  async handle({ services, worker, asker, params: { instance }, body, idempotencyKey }) {
    const { changes, reason } = body;
    const answer = await correctData(services, asker, {
      instance,
      changes,
      reason,
      ...(await expecting(services, asker, instance, body.expectedSeq)),
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
    });
    worker.wake();
    return recorded(services, answer, false);
  },
});

/** What the caller has seen; entries that only note something do not make it stale. */
async function expecting(
  services: Services,
  asker: Asker,
  instance: string,
  seen: number | undefined,
): Promise<{ readonly expectedSeq?: number }> {
  if (seen === undefined) return {};
  const { head } = await visibleInstance(services, asker, instance);
  return { expectedSeq: await seqToExpect(services.store, head, seen) };
}

/** The first answer again when it is a repeat, which a header tells. */
function recorded({ config }: Services, answer: Answer, made: boolean): ApiAnswer {
  const { instance, seq, hash, repeated } = answer;
  return {
    json: { instance, seq, hash },
    headers: {
      ...(made ? { location: `${config.url}/api/v1/instances/${instance}` } : {}),
      ...(repeated ? { 'idempotency-replayed': 'true' } : {}),
    },
  };
}
