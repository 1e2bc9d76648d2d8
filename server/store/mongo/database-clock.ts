import type { Connection } from 'mongoose';

/** The database's clock, as seen from this machine. */
export interface DatabaseClock {
  /** Milliseconds by which it is ahead; as it was found within the last minute. */
  readonly offset: () => number;
  stop(): void;
}

const LOOK_EVERY_MS = 60_000;

/** Looks at the database's clock now, and again from time to time. */
export async function watchDatabaseClock(connection: Connection): Promise<DatabaseClock> {
  let offset = await lookAtClock(connection);
  const timer = setInterval(() => {
    lookAtClock(connection).then(
      (found) => {
        offset = found;
      },
      // until it answers again, the last that is known
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  timer.unref();
  return { offset: () => offset, stop: () => clearInterval(timer) };
}

/** Milliseconds by which the database's clock is ahead of this machine's. */
export async function lookAtClock(connection: Connection): Promise<number> {
  const asked = Date.now();
  const hello = await connection.db?.admin().command({ hello: 1 });
  const answered = Date.now();
  const time: unknown = hello?.['localTime'];
  return time instanceof Date ? Math.round(time.getTime() - (asked + answered) / 2) : 0;
}
