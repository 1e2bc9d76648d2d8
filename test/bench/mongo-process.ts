import { createInterface } from 'node:readline';
import { newId } from '../../server/new-id.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { approveFor } from './approve.ts';
import { inFolder, withServices } from './bench-server.ts';
import { openDriver } from './mongo-driver.ts';

// Run as a process of its own, as a server is: takes approvals, or has the driver insert plain documents
// or send what a step sends, as long and with as many writers as each line on its standard input says.
const [url = '', driverUrl = ''] = process.argv.slice(2);

/** What a process is asked to do. */
export interface Turn {
  readonly kind: 'steps' | 'raw' | 'same' | 'find';
  readonly writers: number;
  readonly milliseconds: number;
}

/** What came of it. */
export interface Done {
  readonly perSecond: number;
  readonly count: number;
  /** Processor time of this process for each, in milliseconds. */
  readonly processor: number;
  /** Commands that our store sent. */
  readonly commands: number;
}

let commands = 0;
const store = await openMongoStore({
  url,
  mode: 'serve',
  onCommand: () => {
    commands += 1;
  },
});
await inFolder((folder) =>
  withServices(
    folder,
    async (services) => {
      await approveFor(services, 4, 500);
      const driver = await openDriver(url, driverUrl);
      const work = {
        steps: (writers: number, milliseconds: number) =>
          approveFor(services, writers, milliseconds),
        raw: repeated(() => driver.insert(newId())),
        same: repeated(() => driver.step(newId())),
        find: repeated(() => driver.find(newId())),
      };
      console.log('ready');
      for await (const line of createInterface({ input: process.stdin })) {
        const { kind, writers, milliseconds } = JSON.parse(line) as Turn;
        const [began, used, sent] = [performance.now(), process.cpuUsage(), commands];
        const count = await work[kind](writers, milliseconds);
        const { user, system } = process.cpuUsage(used);
        const done: Done = {
          perSecond: (count * 1_000) / (performance.now() - began),
          count,
          processor: (user + system) / 1_000 / count,
          commands: commands - sent,
        };
        console.log(JSON.stringify(done));
      }
      await driver.close();
    },
    { own: { store } },
  ),
);

function repeated(call: () => Promise<unknown>) {
  return async (writers: number, milliseconds: number): Promise<number> => {
    const until = performance.now() + milliseconds;
    let done = 0;
    const write = async (): Promise<void> => {
      while (performance.now() < until) {
        await call();
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    return done;
  };
}
