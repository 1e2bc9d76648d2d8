import type { Services } from '../../server/services.ts';
import { ACTOR, inFolder, ORIGIN, percentile, withServices } from './bench-server.ts';
import { openRawFloor } from './raw-floor.ts';

export interface FiveStepsBench {
  readonly writers: number;
  readonly rawPerSecond: number;
  readonly stepsPerSecond: number;
  readonly ratio: number;
  /** Processor time of one step, all threads, in microseconds. */
  readonly cpuPerStep: number;
  /** 99th percentile of reading an instance meanwhile, in milliseconds. */
  readonly readP99: number;
}

/** Raw puts and steps take turns, since a disk's pace changes from second to second. */
const ROUNDS = 5;

/**
 * Five-step approvals, each step durable before it is acknowledged, against raw durable LMDB puts of
 * as many bytes in the same run. `milliseconds` is the time of each of the two, in all.
 */
export async function benchFiveSteps(
  writers: number,
  milliseconds: number,
): Promise<FiveStepsBench> {
  return inFolder(async (folder) => {
    const raw = openRawFloor(`${folder}/raw`);
    return withServices(`${folder}/store`, async (services) => {
      const slice = milliseconds / ROUNDS;
      await approveFor(services, writers, slice);
      const text = await typicalCommit(services);
      const puts: number[] = [];
      const steps: number[] = [];
      const reads: number[] = [];
      let cpu = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        puts.push(await raw.measure(text, writers, slice));
        const run = { going: true };
        const reader = readMeanwhile(services, run, reads);
        const before = process.cpuUsage();
        const taken = await approveFor(services, writers, slice);
        const used = process.cpuUsage(before);
        cpu += (used.user + used.system) / taken / ROUNDS;
        steps.push((taken * 1_000) / slice);
        run.going = false;
        await reader;
      }
      await raw.close();
      return {
        writers,
        rawPerSecond: percentile(puts, 0.5),
        stepsPerSecond: percentile(steps, 0.5),
        ratio: percentile(
          steps.map((each, round) => each / (puts[round] ?? 1)),
          0.5,
        ),
        cpuPerStep: cpu,
        readP99: percentile(reads, 0.99),
      };
    });
  });
}

async function typicalCommit({ store }: Services): Promise<string> {
  const [instance = ''] = await store.commits.instances({ limit: 1 });
  return (await store.commits.head(instance))?.text ?? '';
}

async function approveFor(services: Services, writers: number, milliseconds: number) {
  const until = performance.now() + milliseconds;
  const counts = Array.from({ length: writers }, async () => {
    let steps = 0;
    while (performance.now() < until) steps += await approveOnce(services);
    return steps;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Starts an approval and takes its five steps: six commits. */
async function approveOnce({ runtime }: Services): Promise<number> {
  const cause = { kind: 'person' } as const;
  const { instance } = await runtime.start({
    workflow: 'five-step-approval',
    origin: ORIGIN,
    form: { subject: 'A van for the outreach team' },
    settings: {},
    by: ACTOR,
    cause,
  });
  for (let step = 0; step < 5; step += 1) {
    await runtime.send({
      instance,
      event: { type: 'APPROVE', note: 'Seen and approved.' },
      source: { kind: 'person' },
      by: ACTOR,
      cause,
    });
  }
  return 6;
}

async function readMeanwhile(
  { store }: Services,
  run: { readonly going: boolean },
  times: number[],
): Promise<void> {
  while (run.going) {
    const began = performance.now();
    await store.instances.list({ workflow: 'five-step-approval', limit: 50 });
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
