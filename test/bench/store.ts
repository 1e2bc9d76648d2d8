import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../server/store/store.ts';
import { minute, syntheticAppend, syntheticTask } from '../support/synthetic-commit.ts';

export interface StoreBench {
  readonly writers: number;
  /** Durable puts of the same bytes into one LMDB table, per second: the floor of this machine. */
  readonly rawPerSecond: number;
  readonly appendsPerSecond: number;
  readonly ratio: number;
  /** Processor time of one append, all threads, in microseconds. */
  readonly cpuPerAppend: number;
}

/** Time of one append at the tenth step and at step 10,000 of one instance, in microseconds. */
export interface GrowthBench {
  readonly early: number;
  readonly late: number;
}

/** Measures raw durable LMDB puts and appends side by side. `milliseconds` is the time of each. */
export async function benchStore(
  writers: number,
  milliseconds: number,
  among: { readonly instances: number } = { instances: 0 },
): Promise<StoreBench> {
  return inFolder(async (folder) => {
    const raw = await rawPuts(join(folder, 'raw'), writers, milliseconds);
    const store = await openLmdbStore({ directory: join(folder, 'store'), mode: 'serve' });
    try {
      await fill(store, among.instances);
      const appends = await timed(writers, milliseconds, appender(store));
      return {
        writers,
        rawPerSecond: raw.perSecond,
        appendsPerSecond: appends.perSecond,
        ratio: appends.perSecond / raw.perSecond,
        cpuPerAppend: appends.cpu,
      };
    } finally {
      await store.close();
    }
  });
}

/** What step 10 and step 10,000 of one instance cost, by the median of 200 appends around each. */
export async function benchGrowth(): Promise<GrowthBench> {
  return inFolder(async (folder) => {
    const store = await openLmdbStore({ directory: folder, mode: 'serve' });
    try {
      const times: number[] = [];
      for (let seq = 1; seq <= 10_100; seq++) {
        const input = syntheticAppend({ instance: 'long', seq, note: BODY });
        const began = performance.now();
        await store.commits.head('long');
        await store.commits.append(input);
        times.push((performance.now() - began) * 1000);
      }
      return { early: median(times.slice(10, 210)), late: median(times.slice(-200)) };
    } finally {
      await store.close();
    }
  });
}

/** Milliseconds until a store with that many instances is open and has answered a first question. */
export async function benchOpening(instances: number): Promise<number> {
  return inFolder(async (folder) => {
    const first = await openLmdbStore({ directory: folder, mode: 'serve' });
    await fill(first, instances);
    await first.close();
    const began = performance.now();
    const store = await openLmdbStore({ directory: folder, mode: 'serve' });
    await store.instances.list({ limit: 20 });
    await store.tasks.nextDueAt();
    const took = performance.now() - began;
    await store.close();
    return took;
  });
}

/** About what a commit of an agreement carries. */
const BODY = 'A sentence about what was decided, by whom and why. '.repeat(40);

/** Five steps of an approval per instance: each reads the head, then appends with a task. */
function appender(store: Store): (writer: number, turn: number) => Promise<void> {
  return async (writer, turn) => {
    const instance = `w${writer}-${Math.floor(turn / 5)}`;
    const head = await store.commits.head(instance);
    const seq = (head?.seq ?? 0) + 1;
    const id = `${instance}:${seq}:1`;
    const at = minute(turn);
    await store.commits.append(
      syntheticAppend({
        instance,
        seq,
        previous: head?.hash ?? null,
        at,
        note: BODY,
        row: { partnership: `p${writer}` },
        idempotencyKey: `key-${turn}`,
        tasks: [{ change: 'add', task: syntheticTask({ id, instance, dueAt: at }) }],
      }),
    );
  };
}

async function rawPuts(folder: string, writers: number, milliseconds: number) {
  const root = open<string>({
    path: folder,
    noSubdir: false,
    encoding: 'string',
    overlappingSync: false,
  });
  try {
    const text = syntheticAppend({ instance: 'raw', seq: 1, note: BODY }).commit.text;
    return await timed(writers, milliseconds, async (writer, turn) => {
      await root.put([writer, turn], text);
    });
  } finally {
    await root.close();
  }
}

async function timed(
  writers: number,
  milliseconds: number,
  act: (writer: number, turn: number) => Promise<void>,
): Promise<{ readonly perSecond: number; readonly cpu: number }> {
  const began = performance.now();
  const until = began + milliseconds;
  const cpuBefore = process.cpuUsage();
  let done = 0;
  const work = async (writer: number) => {
    for (let turn = 0; performance.now() < until; turn++) {
      await act(writer, turn);
      done++;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => work(writer)));
  const cpu = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: done / seconds, cpu: (cpu.user + cpu.system) / done };
}

async function fill(store: Store, instances: number): Promise<void> {
  for (let from = 0; from < instances; from += 500) {
    const ids = Array.from({ length: Math.min(500, instances - from) }, (_, n) => `f${from + n}`);
    await Promise.all(
      ids.map((instance, n) =>
        store.commits.append(
          syntheticAppend({ instance, seq: 1, row: { partnership: `q${(from + n) % 1000}` } }),
        ),
      ),
    );
  }
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
