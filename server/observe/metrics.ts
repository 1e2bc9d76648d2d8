import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isConcordatError } from '../../engine/errors.ts';
import {
  EVERYTHING,
  type Learn,
  type Observer,
  type Watched,
  type WatchedKind,
} from './observer.ts';
import type { WorkLeft } from './work-left.ts';

/** Figures for Prometheus. */
export interface Metrics extends Observer {
  /** The figures as Prometheus reads them; `left` is null while the store does not answer. */
  text(left: WorkLeft | null): Promise<string>;
  readonly contentType: string;
}

type Ended<Kind extends WatchedKind> = (
  facts: Partial<Watched[Kind]>,
  seconds: number,
  /** The code of the error it ended with. */
  failed: string | null,
) => void;

const QUICK = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const SLOW = [0.03, 0.1, 0.3, 1, 3, 10, 30, 90];
/** From at once to a day. */
const LATE = [0.1, 0.3, 1, 3, 10, 60, 300, 1_800, 7_200, 86_400];

/**
 * Counts and times what is watched, in a registry of its own. What stands in a label comes from a
 * short list (a route, an error code, a workflow), so the number of series stays bounded.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `concordat_${name}`, help, labelNames, registers });
  const timer = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ) => new Histogram({ name: `concordat_${name}`, help, labelNames, buckets, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `concordat_${name}`, help, registers });

  const requests = counter('http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ]);
  const requestSeconds = timer(
    'http_request_seconds',
    'From the request to the end of its answer.',
    ['route'],
    QUICK,
  );
  const refusals = counter('refusals_total', 'Requests that were refused or failed.', ['code']);
  const steps = counter('steps_total', 'Steps of workflows by how they ended.', [
    'workflow',
    'outcome',
  ]);
  const stepSeconds = timer('step_seconds', 'From loading to the durable commit.', [], QUICK);
  const tasks = counter('tasks_total', 'Tries of due tasks.', ['kind', 'outcome']);
  const taskSeconds = timer('task_seconds', 'How long one try of a task took.', ['lane'], SLOW);
  const lateness = timer('task_lateness_seconds', 'How late a task was begun.', ['lane'], LATE);
  const mails = counter('mails_total', 'Mails by what became of them.', ['outcome']);
  const mailSeconds = timer('mail_seconds', 'How long handing over a mail took.', [], SLOW);
  const documents = counter('documents_total', 'Documents drawn up or compared.', [
    'job',
    'outcome',
  ]);
  const documentSeconds = timer('document_seconds', 'How long a document took.', ['job'], SLOW);
  const storeSeconds = timer(
    'store_seconds',
    'How long one operation of the store took.',
    ['operation'],
    QUICK,
  );
  const storeFailures = counter('store_failures_total', 'Operations of the store that failed.', [
    'operation',
    'code',
  ]);
  const storeUp = gauge('store_up', '1 when the store answered just now, 0 when it did not.');
  const lag = gauge('task_lag_seconds', 'How long the oldest task that is due has waited.');
  const parked = gauge('tasks_parked', 'Tasks that were given up and wait for a person.');
  const stuck = gauge(
    'records_stuck',
    'Records whose mails and deadlines have stopped, as something of them is damaged.',
  );

  const ended: { readonly [Kind in WatchedKind]: Ended<Kind> } = {
    request({ method = 'GET', route = '', status = 0 }, seconds) {
      requests.inc({ method, route, status: `${Math.floor(status / 100)}xx` });
      requestSeconds.observe({ route }, seconds);
    },
    step({ workflow = 'unknown', outcome = 'dropped' }, seconds, failed) {
      steps.inc({ workflow, outcome: failed === null ? outcome : sortOfFailure(failed) });
      stepSeconds.observe(seconds);
    },
    engine() {
      // The step it belongs to is counted.
    },
    task({ kind = 'notify', lane = 'work', lateMs = 0 }, seconds, failed) {
      tasks.inc({ kind, outcome: failed === null ? 'done' : 'failed' });
      taskSeconds.observe({ lane }, seconds);
      lateness.observe({ lane }, Math.max(0, lateMs) / 1_000);
    },
    mail(_facts, seconds, failed) {
      const outcome = failed === null ? 'sent' : failed === 'mail-refused' ? 'refused' : 'put-off';
      mails.inc({ outcome });
      mailSeconds.observe(seconds);
    },
    document({ job = 'render' }, seconds, failed) {
      documents.inc({ job, outcome: failed === null ? 'done' : 'failed' });
      documentSeconds.observe({ job }, seconds);
    },
    store({ operation = '' }, seconds, failed) {
      storeSeconds.observe({ operation }, seconds);
      if (failed !== null) storeFailures.inc({ operation, code: failed });
    },
  };

  return {
    heeds: EVERYTHING,
    async watch<Kind extends WatchedKind, Result>(
      kind: Kind,
      facts: Partial<Watched[Kind]>,
      work: (learn: Learn<Kind>) => Promise<Result>,
    ): Promise<Result> {
      const began = performance.now();
      let known = facts;
      let failed: string | null = null;
      try {
        return await work((more) => {
          known = { ...known, ...more };
        });
      } catch (error) {
        failed = isConcordatError(error) ? error.code : 'internal';
        throw error;
      } finally {
        ended[kind](known, (performance.now() - began) / 1_000, failed);
      }
    },
    refused: (code) => refusals.inc({ code }),
    async text(left) {
      storeUp.set(left === null ? 0 : 1);
      // What is not known is not shown: an old figure would look like a good one.
      lag.remove();
      parked.remove();
      stuck.remove();
      if (left !== null) {
        lag.set(left.taskLagSeconds);
        parked.set(left.parkedTasks);
        stuck.set(left.stuckRecords);
      }
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** A gate that was not met is no trouble; a store that fails is. */
function sortOfFailure(code: string): 'refused' | 'failed' {
  return code === 'internal' || code.startsWith('store-') ? 'failed' : 'refused';
}
