import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Asker } from '../../server/access/asker.ts';
import { readCommit } from '../../server/runtime/head.ts';
import type { Commit } from '../../server/store/commit.ts';
import type { Organisation, Partnership, Person } from '../../server/store/directory.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** Two servers on one database, each with connections, queues and caches of its own. */
export interface TwoServers {
  readonly servers: readonly [TestServer, TestServer];
  /** What each has sent to the database, such as `insert commits`; may be emptied. */
  readonly sent: readonly [string[], string[]];
  readonly place: Partnership;
  /** The organisation that leads, and the other. */
  readonly organisations: readonly [Organisation, Organisation];
  member(organisation: 0 | 1, name: string, role: string): Promise<Person>;
  history(instance: string): Promise<readonly Commit[]>;
  /** Both workers at once, until nothing is due, also of what waits for another try. */
  settle(): Promise<void>;
}

export const APPROVAL_ROUND = '../faults/workflows/approval-round.json';
export const ERRAND = '../faults/workflows/errand.json';
export const TIMED_ANSWER = '../server/worker/workflows/timed-answer.json';
export const CALLER = '../server/worker/workflows/caller.json';

export async function twoServers(
  url: string,
  given: { readonly workflows: readonly string[]; readonly ofTheSecond?: readonly string[] },
): Promise<TwoServers> {
  const sent: [string[], string[]] = [[], []];
  const open = async (which: 0 | 1, workflows: readonly string[]): Promise<TestServer> => {
    const onCommand = (command: Readonly<Record<string, unknown>>): void => {
      const [[name, collection] = []] = Object.entries(command);
      sent[which].push(`${String(name)} ${String(collection)}`);
    };
    const server = await startTestServer({
      setUp: which === 0,
      workflows: workflowsOf(workflows),
      store: () => openMongoStore({ url, mode: 'serve', onCommand }),
    });
    onTestFinished(() => server.stop());
    return server;
  };
  const first = await open(0, given.workflows);
  const second = await open(1, given.ofTheSecond ?? given.workflows);
  const servers = [first, second] as const;
  const organisations = [
    await first.organisation('Northshire Health'),
    await first.organisation('Harbour'),
  ] as const;
  const place = await first.partnership('Safe at home', organisations);
  const { store } = first.services;
  return {
    servers,
    sent,
    place,
    organisations,
    member: (organisation, name, role) =>
      first.member(place, organisations[organisation], name, [role]),
    async history(instance) {
      return (await store.commits.history(instance, { limit: 1_000 })).map(readCommit);
    },
    async settle() {
      for (let round = 0; round < 20; round += 1) {
        const done = await Promise.all(servers.map(({ worker }) => worker.drain()));
        const due = await store.tasks.list({ state: 'due', limit: 50 });
        // what is only put off has been due before
        const soon = new Date(Date.parse(servers[0].clock.now()) + 3_600_000).toISOString();
        const waiting = due.filter(({ nextAt }) => nextAt < soon);
        if (waiting.length === 0 && done.every((tasks) => tasks === 0)) return;
        for (const { clock } of servers) {
          clock.advanceTo(new Date(Date.parse(clock.now()) + 10_000).toISOString());
        }
      }
      throw new Error('there is always something due');
    },
  };
}

export function asPerson(person: Person): Asker {
  return { kind: 'person', person };
}

function workflowsOf(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-workflows-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['../../workflows/partnership.json', ...names]) {
    const path = fileURLToPath(new URL(name, import.meta.url));
    copyFileSync(path, join(folder, basename(path)));
  }
  return folder;
}
