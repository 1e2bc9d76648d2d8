import type mongoose from 'mongoose';
import type { TaskNews, TaskStore } from '../task-store.ts';
import type { Models } from './models.ts';

/** Shorter than the time in which an answer has to come; nothing is late by it. */
const WAIT_MS = 10_000;
const AGAIN_AFTER_MS = 30_000;
/** A single server, which has no change streams and will have none. */
const ONLY_ON_REPLICA_SETS = 40_573;

const ADDED = [
  {
    $match: {
      $or: [
        { operationType: 'insert' },
        { 'updateDescription.updatedFields.state': 'due' },
        // given back by a process that stops: neither finished nor put off
        {
          'updateDescription.updatedFields.leaseUntil': { $type: 'null' },
          'updateDescription.updatedFields.state': { $exists: false },
          'updateDescription.updatedFields.nextAt': { $exists: false },
        },
      ],
    },
  },
  { $project: { _id: 1 } },
];

/**
 * Hears of new tasks, and of those given back, by a change stream. Where there is none, or it breaks, that is told once, and it
 * is tried again from time to time.
 */
export function listenForTasks(
  { tasks }: Pick<Models, 'tasks'>,
  { added, lost }: Parameters<TaskStore['listen']>[0],
): TaskNews {
  const state = { live: false, told: false, stopped: false };
  let stream: mongoose.mongo.ChangeStream | undefined;
  let timer: NodeJS.Timeout | undefined;

  function begin(): void {
    const own = tasks.collection.watch(ADDED, { maxAwaitTimeMS: WAIT_MS });
    stream = own;
    // its first word: from here on nothing is missed
    own.once('resumeTokenChanged', () => {
      if (state.stopped || stream !== own) return;
      state.live = true;
      state.told = false;
      added();
    });
    own.on('change', added);
    own.once('error', (why) => {
      if (stream === own) broken(why);
    });
  }

  function broken(why: unknown): void {
    state.live = false;
    void stream?.close().catch(() => undefined);
    stream = undefined;
    if (state.stopped) return;
    if (!state.told) lost(why);
    state.told = true;
    if (isCode(why, ONLY_ON_REPLICA_SETS)) return;
    timer = setTimeout(begin, AGAIN_AFTER_MS).unref();
  }

  begin();
  return {
    live: () => state.live,
    async stop() {
      state.stopped = true;
      state.live = false;
      clearTimeout(timer);
      await stream?.close().catch(() => undefined);
    },
  };
}

function isCode(error: unknown, code: number): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
