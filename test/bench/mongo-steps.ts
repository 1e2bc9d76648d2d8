import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { MongoServer } from '../support/mongo-server.ts';
import type { Measured } from './bench.ts';
import { startBenchProcess } from './bench-process.ts';
import { median } from './bench-server.ts';
import type { Done, Turn } from './mongo-process.ts';

const ROUNDS = 5;
const KINDS = ['raw', 'same', 'find', 'steps'] as const;

/** What all processes together did in a turn. */
interface Round extends Done {
  /** Processor time of the database for each, in milliseconds. */
  readonly there: number;
}

/** Five-step approvals by server processes over one database. */
export async function* measureSteps(
  server: MongoServer,
  {
    processes,
    writers,
    wanted,
    short,
  }: {
    readonly processes: number;
    readonly writers: number;
    readonly wanted: number;
    readonly short: boolean;
  },
): AsyncGenerator<Measured> {
  const [url, driverUrl] = [server.newDatabase(), server.newDatabase()];
  const servers = await Promise.all(
    Array.from({ length: processes }, () => startProcess(url, driverUrl)),
  );
  const turn = async (kind: Turn['kind']): Promise<Round> => {
    const before = server.processor() ?? Number.NaN;
    const asked = { kind, writers, milliseconds: short ? 500 : 2_000 };
    const done = await Promise.all(servers.map((each) => each.ask(asked)));
    const sum = (of: (one: Done) => number) => done.reduce((all, one) => all + of(one), 0);
    const count = sum((one) => one.count);
    return {
      count,
      perSecond: sum((one) => one.perSecond),
      processor: sum((one) => one.processor * one.count) / count,
      commands: sum((one) => one.commands) / count,
      there: ((server.processor() ?? Number.NaN) - before) / count,
    };
  };
  const rounds: Record<Turn['kind'], Round>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [raw, same, find, steps] = [
      await turn(KINDS[0]),
      await turn(KINDS[1]),
      await turn(KINDS[2]),
      await turn(KINDS[3]),
    ];
    rounds.push({ raw, same, find, steps });
  }
  await Promise.all(servers.map((each) => each.end()));

  const of = (kind: Turn['kind'], what: keyof Round) =>
    median(rounds.map((round) => round[kind][what]));
  const who = processes === 1 ? '' : `${processes} processes with `;
  const writing = `${who}${writers === 1 ? 'one writer' : `${writers} writers`}`;
  const costs = (kind: Turn['kind']) =>
    `${of(kind, 'processor').toFixed(1)} + ${of(kind, 'there').toFixed(1)} ms`;
  const ratioTo = (kind: Turn['kind']) =>
    median(rounds.map((round) => round.steps.perSecond / round[kind].perSecond));
  yield {
    what: `steps a second, ${writing}`,
    measured: of('steps', 'perSecond').toFixed(0),
    floor: `${of('raw', 'perSecond').toFixed(0)} majority inserts a second`,
    ratio: ratioTo('raw').toFixed(2),
    wanted: `at least ${wanted}`,
    met: ratioTo('raw') >= wanted,
  };
  const commands = of('steps', 'commands');
  yield {
    what: '  beside the driver that sends the same',
    measured: `${commands.toFixed(1)} commands a step`,
    floor: `${of('same', 'perSecond').toFixed(0)} a second`,
    ratio: ratioTo('same').toFixed(2),
    wanted: `at least ${SAME}`,
    met: ratioTo('same') >= SAME,
  };
  yield {
    what: '  processor time of a step, ours + the database',
    measured: costs('steps'),
    floor: `insert ${costs('raw')}, same ${costs('same')}, find ${costs('find')}`,
    ratio: '',
    wanted: '',
    met: true,
  };
}

/** What engine, hashing and lists may take on top of what the driver and the database do. */
const SAME = 0.5;

async function startProcess(...urls: readonly string[]) {
  const child = startBenchProcess('mongo-process', urls);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async ask(turn: Turn): Promise<Done> {
      child.stdin.write(`${JSON.stringify(turn)}\n`);
      const { value } = await lines.next();
      return JSON.parse(value ?? '') as Done;
    },
    async end(): Promise<void> {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}
