import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readCommit } from '../../server/runtime/head.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { missing } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inForm } from './in-form.ts';
import { twoOrganisations } from './two-organisations.ts';

const LIBRARY = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));
if (LIBRARY === undefined) missing('what needs faketime, which is not installed here');

const OWN = ['timed-answer', 'caller'].map((name) =>
  fileURLToPath(new URL(`../server/worker/workflows/${name}.json`, import.meta.url)),
);

/** The last day for an answer, and the instant at which that day ends there. */
type Due = readonly [day: string, ends: string];

interface Zone {
  readonly name: string;
  readonly leapDay: readonly [Due, Due];
  readonly changes: readonly [readonly [Due, Due], readonly [Due, Due]];
}

/** From the zones' own announcements, not worked out by what is tested. */
const ZONES: readonly Zone[] = [
  {
    name: 'Europe/London',
    leapDay: [
      ['2028-02-28', '2028-02-29T00:00:00.000Z'],
      ['2028-02-29', '2028-03-01T00:00:00.000Z'],
    ],
    changes: [
      [
        ['2028-03-25', '2028-03-26T00:00:00.000Z'],
        ['2028-03-26', '2028-03-26T23:00:00.000Z'],
      ],
      [
        ['2028-10-28', '2028-10-28T23:00:00.000Z'],
        ['2028-10-29', '2028-10-30T00:00:00.000Z'],
      ],
    ],
  },
  {
    // half an hour, and the other way round in the year
    name: 'Australia/Lord_Howe',
    leapDay: [
      ['2028-02-28', '2028-02-28T13:00:00.000Z'],
      ['2028-02-29', '2028-02-29T13:00:00.000Z'],
    ],
    changes: [
      [
        ['2028-04-01', '2028-04-01T13:00:00.000Z'],
        ['2028-04-02', '2028-04-02T13:30:00.000Z'],
      ],
      [
        ['2028-09-30', '2028-09-30T13:30:00.000Z'],
        ['2028-10-01', '2028-10-01T13:00:00.000Z'],
      ],
    ],
  },
  {
    name: 'America/St_Johns',
    leapDay: [
      ['2028-02-28', '2028-02-29T03:30:00.000Z'],
      ['2028-02-29', '2028-03-01T03:30:00.000Z'],
    ],
    changes: [
      [
        ['2028-03-11', '2028-03-12T03:30:00.000Z'],
        ['2028-03-12', '2028-03-13T02:30:00.000Z'],
      ],
      [
        ['2028-11-04', '2028-11-05T02:30:00.000Z'],
        ['2028-11-05', '2028-11-06T03:30:00.000Z'],
      ],
    ],
  },
];

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** How long the server is left before a deadline, to see that it does not come early. */
const LEFT_ALONE_MS = inForm({ short: 1_300, long: 6_000 });
/** How often the clock jumps back and forth over a deadline that has come. */
const JUMPS = inForm({ short: 1, long: 8 });

describe.skipIf(LIBRARY === undefined)('deadlines by the clocks of the world', () => {
  test(
    'each comes once, on time, over both changes of the year, a leap day and a clock that jumps',
    async () => {
      const main = builtInstallation(join(temporaryFolder(), 'installation'), {
        workflows: ['partnership'],
        others: OWN,
      });
      await Promise.all(ZONES.map((zone) => yearIn(zone, main)));
    },
    inForm({ short: 180_000, long: 900_000 }),
  );
});

/** A year of deadlines in one zone, on a server whose clock is set by hand. */
async function yearIn(zone: Zone, main: string): Promise<void> {
  const scene = await sceneIn(zone.name, main);
  const dues = [...zone.leapDay, ...zone.changes.flat()];
  scene.clock('2028-02-25T12:00:00.000Z');
  await scene.start();
  const instances = new Map<string, string>();
  for (const [day] of dues) instances.set(day, await scene.ask(day));
  const [[backDay, backEnds], last] = zone.changes[1];

  async function comesAt([day, ends]: Due): Promise<void> {
    const instance = instances.get(day) ?? '';
    scene.clock(later(ends, -30 * SECOND));
    await delay(LEFT_ALONE_MS);
    expect(await scene.passed(instance), `${day} came early`).toBe(0);
    scene.clock(ends);
    await expect.poll(() => scene.passed(instance), { message: `${day} came` }).toBe(1);
  }
  for (const due of dues.slice(0, -2)) await comesAt(due);
  await comesAt([backDay, backEnds]);

  for (let jump = 0; jump < JUMPS; jump += 1) {
    // An hour back, before that deadline, as by somebody who sets the clock by hand.
    scene.clock(later(backEnds, -HOUR));
    await scene.answer(await scene.ask('2028-12-31'));
    // A process that starts there has never seen the later time.
    await scene.restart();
    await scene.answer(await scene.ask('2028-12-31'));
    await scene.note(instances.get(last[0]) ?? '');
    await delay(LEFT_ALONE_MS);
    expect(await scene.passed(instances.get(last[0]) ?? '')).toBe(0);
    scene.clock(later(backEnds, HOUR));
    await delay(LEFT_ALONE_MS);
  }
  // A whole day forward, over the next.
  scene.clock(later(last[1], 24 * HOUR));
  await expect.poll(() => scene.passed(instances.get(last[0]) ?? '')).toBe(1);
  expect(await scene.stop()).toBe(0);

  const store = await openLmdbStore({ directory: scene.directory, mode: 'read' });
  onTestFinished(() => store.close());
  // also: no commit is dated before the one that precedes it
  expect((await verifyStore(store)).findings).toEqual([]);
  for (const [day, ends] of dues) {
    const stored = await store.commits.history(instances.get(day) ?? '', { limit: 1_000 });
    const history = stored.map(readCommit);
    const came = history.filter(({ event }) => event.type === 'concordat.deadline');
    expect(
      came.map(({ event }) => event['dueAt']),
      day,
    ).toEqual([ends]);
    expect(history.at(-1)?.snapshot.data['passed'], day).toBe(1);
    const late = Date.parse(came[0]?.at ?? '') - Date.parse(ends);
    expect(late, day).toBeGreaterThanOrEqual(0);
    if (day !== last[0]) expect(late, day).toBeLessThan(120 * SECOND);
  }
  expect(await store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
  console.log(`${zone.name}: ${dues.length} deadlines, each once and on time`);
}

interface Scene {
  readonly directory: string;
  clock(instant: string): void;
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<number | null>;
  /** Asks for an answer by a day; answers the instance. */
  ask(day: string): Promise<string>;
  answer(instance: string): Promise<void>;
  /** Has something else recorded. */
  note(instance: string): Promise<void>;
  /** How often the day has passed. */
  passed(instance: string): Promise<number>;
}

async function sceneIn(timeZone: string, main: string): Promise<Scene> {
  const folder = temporaryFolder();
  const directory = join(folder, 'data');
  const hands = join(folder, 'clock');
  const port = await freePort();
  const env = {
    CONCORDAT_STORE: `lmdb:${directory}`,
    CONCORDAT_URL: `http://localhost:${port}`,
    CONCORDAT_WORKERS: '1',
    CONCORDAT_LOG_LEVEL: 'silent',
  };
  const workflows = join(main, '../../../workflows');
  const { token, partnership } = await twoOrganisations(env, workflows, timeZone);
  const server = killableServer(main, {
    port,
    env: {
      ...env,
      TZ: 'UTC',
      LD_PRELOAD: LIBRARY ?? '',
      FAKETIME_TIMESTAMP_FILE: hands,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  onTestFinished(() => server.kill());

  async function call<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  return {
    directory,
    clock(instant) {
      const said = instant.slice(0, 19).replace('T', ' ');
      // whole at once: a half-written file would be today's time
      writeFileSync(`${hands}.new`, `@${said}\n`);
      renameSync(`${hands}.new`, hands);
    },
    async start() {
      server.start();
      await server.answering();
    },
    async restart() {
      expect(await server.stop()).toBe(0);
      server.start();
      await server.answering();
    },
    stop: () => server.stop(),
    async ask(day) {
      const form = { subject: day, answerBy: day };
      const body = { workflow: 'timed-answer', partnership, form };
      return (await call<{ instance: string }>('/instances', body)).instance;
    },
    async answer(instance) {
      await call(`/instances/${instance}/events`, { event: 'ANSWER', fields: {} });
    },
    async note(instance) {
      await call(`/instances/${instance}/events`, { event: 'CALL', fields: {} });
    },
    async passed(instance) {
      const { data } = await call<{ data: { passed: number } }>(`/instances/${instance}`);
      return data.passed;
    },
  };
}

function later(instant: string, milliseconds: number): string {
  return new Date(Date.parse(instant) + milliseconds).toISOString();
}
