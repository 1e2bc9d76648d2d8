import type { Services } from '../../server/services.ts';
import { approveOnce } from './approve.ts';
import type { Bench, Measured } from './bench.ts';
import { ACTOR, inFolder, median, ORIGIN, withServices } from './bench-server.ts';
import { fill } from './fill.ts';

const MOST = 1.2;
/** A little beyond equal, since two runs of the same differ by as much. */
const MOST_AMONG_MANY = 1.1;

/** What a step costs when an instance has a long history, and when there are many instances. */
export const growthBench: Bench = {
  name: 'growth',
  title: 'A step after ten thousand others, and among a hundred thousand instances',
  run: async ({ short }) => [await longHistory(short), await manyInstances(short)],
};

async function longHistory(short: boolean): Promise<Measured> {
  const steps = short ? 2_000 : 10_000;
  return inFolder((folder) =>
    withServices(`${folder}/store`, async (services) => {
      const long = await begin(services);
      const fresh = await begin(services);
      for (let n = 0; n < 10; n += 1) await write(services, fresh);
      for (let n = 0; n < steps; n += 50) {
        await Promise.all(Array.from({ length: 50 }, () => write(services, long)));
      }
      const early: number[] = [];
      const late: number[] = [];
      for (let n = 0; n < 300; n += 1) {
        early.push(await timed(() => write(services, fresh)));
        late.push(await timed(() => write(services, long)));
      }
      return row(`step ${steps} of an instance`, 'step 10', median(late), median(early), MOST);
    }),
  );
}

async function manyInstances(short: boolean): Promise<Measured> {
  const many = short ? 10_000 : 100_000;
  return inFolder((folder) =>
    withServices(`${folder}/few`, (few) =>
      withServices(`${folder}/many`, async (full) => {
        await fill(few.store, 100);
        await fill(full.store, many);
        const before: number[] = [];
        const after: number[] = [];
        for (let n = 0; n < 150; n += 1) {
          before.push((await timed(() => approveOnce(few))) / 6);
          after.push((await timed(() => approveOnce(full))) / 6);
        }
        const what = `a step among ${many} instances`;
        // The first ones find nothing in memory.
        const warm = (times: readonly number[]): number => median(times.slice(20));
        return row(what, 'among 100', warm(after), warm(before), MOST_AMONG_MANY);
      }),
    ),
  );
}

function row(
  what: string,
  beside: string,
  measured: number,
  floor: number,
  most: number,
): Measured {
  const ratio = measured / floor;
  return {
    what,
    measured: `${measured.toFixed(2)} ms`,
    floor: `${floor.toFixed(2)} ms for ${beside}`,
    ratio: ratio.toFixed(2),
    wanted: `at most ${most}`,
    met: ratio <= most,
  };
}

async function begin({ runtime }: Services): Promise<string> {
  const { instance } = await runtime.start({
    workflow: 'long-record',
    origin: ORIGIN,
    settings: {},
    by: ACTOR,
    cause: { kind: 'person' },
  });
  return instance;
}

async function write({ runtime }: Services, instance: string): Promise<void> {
  await runtime.send({
    instance,
    event: { type: 'WRITE', note: 'Something that was said on the telephone.' },
    source: { kind: 'person' },
    by: ACTOR,
    cause: { kind: 'person' },
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
