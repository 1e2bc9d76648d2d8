import type { Connection } from 'mongoose';

/** The database's clock, as seen from this machine. */
export interface DatabaseClock {
  /**
   * Milliseconds by which it is ahead of this machine's at this moment, however that has been set since
   * the last look at the database, within the last minute.
   */
  readonly offset: () => number;
  /** Its time now, in milliseconds. */
  readonly now: () => number;
  readonly stop: () => void;
}

/** What the database's clock said, and when that was by a clock that nobody sets. */
interface Look {
  readonly time: number;
  readonly at: number;
}

const LOOK_EVERY_MS = 60_000;

/** Looks at the database's clock now, and again from time to time. */
export async function watchDatabaseClock(connection: Connection): Promise<DatabaseClock> {
  let last = await look(connection);
  const timer = setInterval(() => {
    look(connection).then(
      (found) => {
        last = found;
      },
      // until it answers again, the last that is known
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    offset: () => timeOf(last) - Date.now(),
    now: () => timeOf(last),
    stop: () => clearInterval(timer),
  };
}

/** The database's own time in milliseconds, so that the clocks of processes do not matter. */
export async function timeThere(connection: Connection): Promise<number> {
  return timeOf(await look(connection));
}

function timeOf({ time, at }: Look): number {
  return Math.floor(time + performance.now() - at);
}

/**
 * The time counts from when the answer is here: we are behind by its way, and never ahead, so that
 * nothing is due before its time. A database that does not tell the time has this machine's.
 */
async function look(connection: Connection): Promise<Look> {
  const hello = await connection.db?.admin().command({ hello: 1 });
  const time: unknown = hello?.['localTime'];
  return { time: time instanceof Date ? time.getTime() : Date.now(), at: performance.now() };
}
