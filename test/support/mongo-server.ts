import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { installationRoot } from '../../server/installation-root.ts';
import { freePort } from './free-port.ts';
import { missing } from './programs.ts';

/** A MongoDB for tests: a real one, or SecantusDB, which speaks its protocol. */
export interface MongoServer {
  /** What it is, as tests print it. */
  readonly name: string;
  /** False for what only speaks MongoDB's protocol, where some plans differ. */
  readonly real: boolean;
  /** The address of a database of its own, for `--store`. */
  readonly newDatabase: () => string;
  /** Processor time that it has used, in milliseconds; undefined where that cannot be seen. */
  readonly processor: () => number | undefined;
  /** Ends it at once, as a power cut would; `start` brings it back with what it had synced. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Program {
  readonly name: string;
  readonly real: boolean;
  readonly command: (port: number, folder: string, durable: boolean) => readonly string[];
  /** After the database in the address. */
  readonly options: string;
}

const OWN_SECANTUS = join(installationRoot(), '.tmp/secantusdb/bin/secantusd-py');
const NEEDED =
  'what needs a MongoDB: set MONGO_URL, install mongod, or install SecantusDB as .ci/run does';
const READY_WITHIN_MS = 60_000;

/**
 * The MongoDB that MONGO_URL names, or else one that is started here: `mongod` where it is installed,
 * or SecantusDB. Says which one it is; undefined, with a visible line, where there is none.
 * `durable`: what it acknowledges outlives its end. That is slow on SecantusDB, so it is asked for.
 */
export async function startMongoServer(durable = false): Promise<MongoServer | undefined> {
  const server = await findServer(durable);
  if (server === undefined) {
    missing(NEEDED);
  } else {
    process.stderr.write(`MongoDB for these tests: ${server.name}\n`);
  }
  return server;
}

/** Whether there is one; says so, visibly, where there is none. */
export function hasMongo(): boolean {
  const there = Boolean(process.env['MONGO_URL']) || findProgram() !== undefined;
  if (!there) missing(NEEDED);
  return there;
}

async function findServer(durable: boolean): Promise<MongoServer | undefined> {
  const given = process.env['MONGO_URL'];
  if (given) return givenServer(given);
  const program = findProgram();
  return program && startProgram(program, durable);
}

function findProgram(): Program | undefined {
  const mongod = process.env['MONGOMS_SYSTEM_BINARY'] ?? onPath('mongod');
  if (mongod !== undefined) {
    return {
      name: firstLine(mongod, '--version'),
      real: true,
      command: (port, folder) => [
        mongod,
        '--quiet',
        '--bind_ip=127.0.0.1',
        `--port=${port}`,
        `--dbpath=${folder}`,
      ],
      options: '',
    };
  }
  const secantus = existsSync(OWN_SECANTUS) ? OWN_SECANTUS : onPath('secantusd-py');
  if (secantus === undefined) return undefined;
  return {
    name: 'SecantusDB',
    real: false,
    command: (port, folder, durable) => [
      secantus,
      '--log-level=WARNING',
      '--host=127.0.0.1',
      `--port=${port}`,
      `--storage-path=${folder}`,
      ...(durable ? ['--sync-on-commit'] : []),
    ],
    options: '?directConnection=true',
  };
}

async function startProgram(program: Program, durable: boolean): Promise<MongoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-mongo-'));
  const port = await freePort();
  const base = `mongodb://127.0.0.1:${port}`;
  const [path = '', ...args] = program.command(port, folder, durable);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(path, args, { stdio: 'ignore' });
    await answers(`${base}/${program.options}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  }

  await start();
  const version = await versionOf(`${base}/${program.options}`);
  let made = 0;
  return {
    name: `${program.name} (says it is MongoDB ${version}${durable ? ', synced' : ''})`,
    real: program.real,
    newDatabase: () => `${base}/concordat_${(made += 1)}${program.options}`,
    processor: () => processorOf(child?.pid),
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      // a test server that is thrown away need not write anything down
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A server that is there already, and stays: only the databases made here are removed. */
async function givenServer(url: string): Promise<MongoServer> {
  const [, base = '', options = ''] =
    /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*(\?.*)?$/su.exec(url) ?? [];
  const run = `concordat_test_${process.pid}_${Date.now()}`;
  const made: string[] = [];
  const refuse = async () => {
    throw new Error('the server at MONGO_URL is not ours to stop');
  };
  return {
    name: `MongoDB ${await versionOf(url)} at MONGO_URL`,
    real: true,
    newDatabase() {
      const name = `${run}_${made.length}`;
      made.push(name);
      return `${base}/${name}${options}`;
    },
    processor: () => undefined,
    kill: refuse,
    start: refuse,
    stop: () =>
      withClient(url, async (client) => {
        for (const name of made) await client.db(name).dropDatabase();
      }),
  };
}

/** As Linux counts it, in hundredths of a second. */
function processorOf(pid: number | undefined): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // the name in brackets may hold anything
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function answers(url: string): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await versionOf(url);
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
  }
}

function versionOf(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { version } = await client.db('admin').command({ buildInfo: 1 });
    return String(version);
  });
}

async function withClient<T>(
  url: string,
  use: (client: mongoose.mongo.MongoClient) => Promise<T>,
): Promise<T> {
  const client = new mongoose.mongo.MongoClient(url, { serverSelectionTimeoutMS: 1_000 });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

function onPath(name: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function firstLine(...[program = '', ...args]: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.split('\n', 1)[0] ?? program;
}
