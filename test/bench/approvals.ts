import type { Services } from '../../server/services.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { approveFor } from './approve.ts';
import type { Bench, Measured } from './bench.ts';
import { inFolder, median, percentile, withPeople, withServices } from './bench-server.ts';
import { openRawFloor } from './raw-floor.ts';
import { servePages } from './read-pages.ts';

/** Raw puts and steps take turns, since a disk's pace changes from second to second. */
const ROUNDS = 5;
/**
 * Steps a second that are wanted where so many raw puts are reached. With 32 writers they are 3,500 where
 * 12,000 puts are reached: beyond that a step is bound by the processor, not by the disk.
 */
const WANTED = new Map<number, (puts: number) => number>([
  [1, (puts) => puts * 0.5],
  [32, (puts) => 3_500 * Math.min(1, puts / 12_000)],
]);
const READ_MS = 50;

/**
 * Five-step approvals, each step durable before it is acknowledged, against raw durable LMDB puts of
 * as many bytes in the same run, while somebody reads a page over HTTP.
 */
export const approvalsBench: Bench = {
  name: 'approvals',
  title: 'Five-step approvals, durable step by step, against raw durable LMDB puts',
  async run({ short }) {
    const rows: Measured[] = [];
    for (const writers of WANTED.keys()) rows.push(...(await measure(writers, short)));
    return rows;
  },
};

async function measure(writers: number, short: boolean): Promise<readonly Measured[]> {
  const slice = short ? 600 : 2_000;
  return inFolder(async (folder) => {
    const raw = openRawFloor(`${folder}/raw`);
    return withServices(`${folder}/store`, async (services) => {
      const page = await somethingToRead(services);
      await approveFor(services, writers, slice);
      const text = await typicalCommit(services);
      const puts: number[] = [];
      const steps: number[] = [];
      const cpu: number[] = [];
      const reads: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        puts.push(await raw.measure(text, writers, slice));
        const before = process.cpuUsage();
        const began = performance.now();
        const taken = await approveFor(services, writers, slice);
        steps.push((taken * 1_000) / (performance.now() - began));
        const used = process.cpuUsage(before);
        cpu.push((used.user + used.system) / taken);
      }
      for (let round = 0; round < 2; round += 1) {
        const reading = await page.read();
        await approveFor(services, writers, slice);
        reads.push(...(await reading.end()));
      }
      await page.close();
      await raw.close();
      const ratio = median(steps.map((each, round) => each / (puts[round] ?? 1)));
      const wanted = WANTED.get(writers)?.(median(puts)) ?? 0;
      const p99 = percentile(reads, 0.99);
      const who = writers === 1 ? 'one writer' : `${writers} writers`;
      return [
        {
          what: `steps a second, ${who}`,
          measured: `${median(steps).toFixed(0)} (${median(cpu).toFixed(0)} µs of processor each)`,
          floor: `${median(puts).toFixed(0)} puts a second`,
          ratio: ratio.toFixed(2),
          wanted: `at least ${wanted.toFixed(0)}`,
          met: median(steps) >= wanted,
        },
        {
          what: `reading a page meanwhile, 99th percentile`,
          measured: `${p99.toFixed(0)} ms (${reads.length} readings)`,
          floor: `median ${median(reads).toFixed(0)} ms`,
          ratio: '',
          wanted: `under ${READ_MS} ms`,
          met: p99 < READ_MS,
        },
      ];
    });
  });
}

/** An instance page, for a person who is signed in. */
async function somethingToRead(services: Services) {
  const { partnership, manager } = await withPeople(services);
  const { instance } = await startWorkflow(
    services,
    { kind: 'person', person: manager },
    { workflow: 'five-step-approval', partnership, form: { subject: 'Something to read' } },
  );
  const pages = await servePages(services, manager);
  return { read: () => pages.read(instance), close: () => pages.close() };
}

async function typicalCommit({ store }: Services): Promise<string> {
  const { rows } = await store.instances.list({ workflow: 'five-step-approval', limit: 1 });
  return (await store.commits.head(rows[0]?.id ?? ''))?.text ?? '';
}
