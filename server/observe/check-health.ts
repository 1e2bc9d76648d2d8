import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import type { Services } from '../services.ts';
import { within } from '../within.ts';
import { type WorkLeft, workLeft } from './work-left.ts';

/**
 * One part of the server, in plain English. `attention`: somebody should look, but pages and links
 * work, so no load balancer has to turn away. `failed`: this server can do nothing useful now.
 */
export interface HealthPart {
  readonly part: 'server' | 'records' | 'tasks' | 'mail' | 'documents';
  readonly state: 'ok' | 'attention' | 'failed';
  readonly says: string;
  /** What to do; null while all is well. */
  readonly todo: string | null;
}

export interface Health {
  readonly ready: boolean;
  readonly parts: readonly HealthPart[];
  /** Null while the records cannot be read. */
  readonly left: WorkLeft | null;
  /** What the records failed with. */
  readonly error: ConcordatError | null;
}

type Watched = Pick<Services, 'store' | 'clock' | 'log' | 'trouble'>;

/** A probe gives up about then as well. */
const ANSWER_WITHIN_MS = 4_000;
/** Something due for longer than this is not just waiting for its turn. */
const LONG_LAG_SECONDS = 300;

/** Looks at each part; writes to the store to see that it can. Never throws. */
export async function checkHealth(services: Watched, stopping: boolean): Promise<Health> {
  const { store, log, trouble } = services;
  let left: WorkLeft | null = null;
  let error: ConcordatError | null = null;
  try {
    const looked = store.check().then(() => workLeft(services));
    left = await within(ANSWER_WITHIN_MS, looked, tooSlow);
  } catch (thrown) {
    log.error({ err: thrown }, 'not ready');
    error = isConcordatError(thrown) ? thrown : unexpected(thrown);
  }
  const parts = [
    serverPart(stopping),
    recordsPart(error),
    tasksPart(left),
    troublePart('mail', 'Mail leaves.', 'No mail leaves', trouble.of('mail')),
    troublePart('documents', 'Documents are drawn up.', 'No document', trouble.of('document')),
  ];
  return { ready: parts.every(({ state }) => state !== 'failed'), parts, left, error };
}

function serverPart(stopping: boolean): HealthPart {
  if (!stopping) return well('server', 'The server runs.');
  return {
    part: 'server',
    state: 'failed',
    says: 'The server was asked to stop and takes nothing new.',
    todo: 'Send requests to another server, or wait until this one has been started again.',
  };
}

function recordsPart(error: ConcordatError | null): HealthPart {
  if (error === null) return well('records', 'Records can be read and written.');
  const says = 'Records cannot be read and written, so this server can do nothing useful.';
  return { part: 'records', state: 'failed', says, todo: error.userMessage };
}

/** Whether mails and deadlines are done in time; null when that cannot be read. */
export function tasksPart(left: WorkLeft | null): HealthPart {
  if (left === null) {
    return {
      part: 'tasks',
      state: 'attention',
      says: 'What is due cannot be read while the records cannot.',
      todo: 'Put the records right first.',
    };
  }
  const { parkedTasks, taskLagSeconds, stuckRecords } = left;
  if (stuckRecords > 0) {
    return {
      part: 'tasks',
      state: 'attention',
      says: `Mails and deadlines of ${stuckRecords === 1 ? 'one record have' : `${stuckRecords} records have`} stopped, because something that is kept of ${stuckRecords === 1 ? 'it' : 'them'} is damaged.`,
      todo: 'Run “concordat verify”, which says what is damaged, and restore the newest backup into an empty folder. What was recorded since then is still in the histories: keep the damaged folder.',
    };
  }
  if (taskLagSeconds > LONG_LAG_SECONDS) {
    const minutes = Math.round(taskLagSeconds / 60);
    return {
      part: 'tasks',
      state: 'attention',
      says: `Mails and deadlines are late: the oldest has been due for ${minutes} minutes.`,
      todo: 'After a long stop this goes down by itself. If it grows, look into the log for “task failed” and “could not reach the store”, and see that the machine is not too busy.',
    };
  }
  if (parkedTasks === 0) return well('tasks', 'What is due gets done.');
  return {
    part: 'tasks',
    state: 'attention',
    says: `${parkedTasks === 1 ? 'One task was' : `${parkedTasks} tasks were`} given up after many tries.`,
    todo: 'Sign in as administrator, open “Parked tasks”, put right what each one says, and try it again there.',
  };
}

function troublePart(
  part: HealthPart['part'],
  fine: string,
  nothing: string,
  trouble: ReturnType<Services['trouble']['of']>,
): HealthPart {
  if (trouble === null) return well(part, fine);
  const says = `${nothing} since ${trouble.since}, as far as this server has tried.`;
  return { part, state: 'attention', says, todo: trouble.says };
}

function well(part: HealthPart['part'], says: string): HealthPart {
  return { part, state: 'ok', says, todo: null };
}

function unexpected(cause: unknown): ConcordatError {
  return new ConcordatError('internal', String(cause), {
    cause,
    userMessage: 'Something unexpected went wrong; the server’s log says what.',
  });
}

function tooSlow(): Error {
  return new ConcordatError('store-unreadable', `no answer within ${ANSWER_WITHIN_MS} ms`, {
    userMessage:
      'The records did not answer within four seconds. Check that the disk, or MongoDB and the way to it, are not overloaded.',
  });
}
