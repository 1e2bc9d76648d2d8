import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../server/store/store.ts';
import type { Bench } from './bench.ts';
import { minute, syntheticAppend, syntheticTask } from '../support/synthetic-commit.ts';

/** The store alone, without engine and runtime. */
export const storeBench: Bench = {
  name: 'store',
  title: 'The store alone: appends against raw durable puts',
  async run({ short }) {
    const rows = [];
    for (const writers of [1, 32]) {
      const measured = await benchStore(writers, short ? 1_500 : 5_000);
      const wanted = writers === 1 ? 0.6 : 0.35;
      rows.push({
        what: `appends a second, ${writers === 1 ? 'one writer' : `${writers} writers`}`,
        measured: `${measured.appendsPerSecond.toFixed(0)} (${measured.cpuPerAppend.toFixed(0)} µs of processor each)`,
        floor: `${measured.rawPerSecond.toFixed(0)} puts a second`,
        ratio: measured.ratio.toFixed(2),
        wanted: `at least ${wanted}`,
        met: measured.ratio >= wanted,
      });
    }
    const { early, late } = await benchGrowth();
    rows.push({
      what: 'an append after 10,000',
      measured: `${late.toFixed(0)} µs`,
      floor: `${early.toFixed(0)} µs after 10`,
      ratio: (late / early).toFixed(2),
      wanted: 'at most 1.2',
      met: late / early <= 1.2,
    });
    const many = short ? 10_000 : 100_000;
    const opening = await benchOpening(many);
    rows.push({
      what: `opening with ${many} instances`,
      measured: `${opening.toFixed(0)} ms`,
      floor: '',
      ratio: '',
      wanted: 'at most 300 ms',
      met: opening <= 300,
    });
    return rows;
  },
};

interface StoreBench {
  readonly writers: number;
  /** Durable puts of the same bytes into one LMDB table, per second: the floor of this machine. */
  readonly rawPerSecond: number;
  readonly appendsPerSecond: number;
  readonly ratio: number;
  /** Processor time of one append, all threads, in microseconds. */
  readonly cpuPerAppend: number;
}

/** Time of one append after the tenth step and after step 10,000 of an instance, in microseconds. */
interface GrowthBench {
  readonly early: number;
  readonly late: number;
}

const ROUNDS = 5;

/**
 * Measures raw durable LMDB puts and appends in turns, since a disk's pace changes from second to
 * second. `milliseconds` is the time of each of the two, in all.
 */
async function benchStore(
  writers: number,
  milliseconds: number,
  among: { readonly instances: number } = { instances: 0 },
): Promise<StoreBench> {
  return inFolder(async (folder) => {
    const raw = openRaw(join(folder, 'raw'));
    const store = await openLmdbStore({ directory: join(folder, 'store'), mode: 'serve' });
    try {
      await fill(store, among.instances);
      const puts: Timed[] = [];
      const appends: Timed[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        puts.push(await timed(writers, milliseconds / ROUNDS, rawPut(raw, round)));
        appends.push(await timed(writers, milliseconds / ROUNDS, appender(store, round)));
      }
      const rawPerSecond = median(puts.map(({ perSecond }) => perSecond));
      const appendsPerSecond = median(appends.map(({ perSecond }) => perSecond));
      return {
        writers,
        rawPerSecond,
        appendsPerSecond,
        ratio: median(appends.map(({ perSecond }, n) => perSecond / (puts[n]?.perSecond ?? 1))),
        cpuPerAppend: median(appends.map(({ cpu }) => cpu)),
      };
    } finally {
      await store.close();
      await raw.close();
    }
  });
}

/** What a step after 10 and one after 10,000 cost, in turns on two instances, by the median of 300. */
async function benchGrowth(): Promise<GrowthBench> {
  return inFolder(async (folder) => {
    const store = await openLmdbStore({ directory: folder, mode: 'serve' });
    const step = async (instance: string, seq: number) => {
      const input = syntheticAppend({ instance, seq, note: BODY });
      const began = performance.now();
      await store.commits.head(instance);
      const { kind } = await store.commits.append(input);
      if (kind !== 'committed') throw new Error(`step ${seq} of ${instance} was refused`);
      return (performance.now() - began) * 1000;
    };
    try {
      for (let seq = 1; seq <= 10; seq++) await step('short', seq);
      for (let from = 1; from <= 10_000; from += 100) {
        // in one event turn they are written in order, and share an fsync
        await Promise.all(Array.from({ length: 100 }, (_, n) => step('long', from + n)));
      }
      const early: number[] = [];
      const late: number[] = [];
      for (let n = 1; n <= 300; n++) {
        early.push(await step('short', 10 + n));
        late.push(await step('long', 10_000 + n));
      }
      return { early: median(early), late: median(late) };
    } finally {
      await store.close();
    }
  });
}

/** Milliseconds until a store with that many instances is open and has answered a first question. */
async function benchOpening(instances: number): Promise<number> {
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
function appender(store: Store, round: number): Act {
  return async (writer, turn) => {
    const instance = `w${round}-${writer}-${Math.floor(turn / 5)}`;
    const head = await store.commits.head(instance);
    const seq = (head?.seq ?? 0) + 1;
    const id = `${instance}:${seq}:1`;
    const at = minute(round * 100_000 + turn);
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

function openRaw(folder: string): RootDatabase<string> {
  return open<string>({
    path: folder,
    noSubdir: false,
    encoding: 'string',
    overlappingSync: false,
  });
}

/** Puts the bytes of one commit under a key of its own. */
function rawPut(raw: RootDatabase<string>, round: number): Act {
  const { text } = syntheticAppend({ instance: 'raw', seq: 1, note: BODY }).commit;
  return async (writer, turn) => {
    await raw.put([round, writer, turn], text);
  };
}

interface Timed {
  readonly perSecond: number;
  readonly cpu: number;
}

type Act = (writer: number, turn: number) => Promise<void>;

async function timed(writers: number, milliseconds: number, act: Act): Promise<Timed> {
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
