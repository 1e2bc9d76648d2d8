// Run as a process of its own, to be killed: appends to a store and says what was acknowledged.
import { writeSync } from 'node:fs';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { minute, syntheticAppend, syntheticTask } from '../support/synthetic-commit.ts';

const [directory = '', writers = '1', run = '0'] = process.argv.slice(2);

const store = await openLmdbStore({ directory, mode: 'serve' });
say('ready');
await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => work(`w${writer}`)));

async function work(instance: string): Promise<void> {
  for (let turn = 0; ; turn++) {
    const head = await store.commits.head(instance);
    const seq = (head?.seq ?? 0) + 1;
    const id = `${instance}:${seq}:1`;
    const input = syntheticAppend({
      instance,
      seq,
      previous: head?.hash ?? null,
      idempotencyKey: `${run}/${turn}`,
      note: 'What was decided. '.repeat(turn % 200),
      row: { status: seq % 3 === 0 ? 'done' : 'active' },
      tasks: [{ change: 'add', task: syntheticTask({ id, instance, dueAt: minute(seq) }) }],
    });
    const result = await store.commits.append(input);
    if (result.kind === 'committed') say(`${instance} ${seq} ${input.commit.hash}`);
    const [claimed] = await store.tasks.claim({
      now: minute(1_000_000),
      limit: 1,
      owner: instance,
      leaseMs: 1,
    });
    if (
      claimed?.lease &&
      (await store.tasks.complete(claimed.id, claimed.lease.token, minute(0)))
    ) {
      say(`done ${claimed.id}`);
    }
  }
}

/** Straight to the pipe, so that what is said has left this process before anything else happens. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
