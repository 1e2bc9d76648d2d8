import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { appendNext } from '../contracts/store-contract.ts';
import { runChild } from '../support/child-script.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Judgement } from './damaged-copy-judge.ts';
import { DAMAGES, damaged, PAGE, randomOf } from './damage-file.ts';
import { inForm } from './in-form.ts';
import { keepOfEverything } from './kept-of-everything.ts';

const COPIES = inForm({ short: 100, long: 1_000 });

test(
  `of ${COPIES} damaged copies each is found at the start or by verify, and none serves what was never written`,
  async () => {
    const folder = temporaryFolder();
    const original = join(folder, 'original');
    let killed = false;
    const store = await openLmdbStore({
      directory: original,
      mode: 'serve',
      faults: (_, point) => {
        if (killed && point === 'project')
          throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      },
    });
    await keepOfEverything(store);
    // the last commits are those of a process that was killed before their lists were written
    killed = true;
    for (let n = 0; n < 20; n += 1) await appendNext(store, `left-behind-${n % 5}`);
    await store.close();
    const bytes = readFileSync(join(original, 'data.mdb'));
    const judge = judging();
    const random = randomOf(Number(process.env['FAULT_SEED'] ?? 20_260_302));

    function copy(name: string, changed: Buffer): string {
      const directory = join(folder, name);
      mkdirSync(directory);
      symlinkSync(join(original, 'documents'), join(directory, 'documents'));
      writeFileSync(join(directory, 'data.mdb'), changed);
      return directory;
    }

    const sound = await judge(copy('sound', bytes));
    expect(sound.verify).toMatchObject({ code: 0 });
    expect(sound.refused).toBeNull();
    const truth = new Map(sound.served);
    expect(truth.size).toBeGreaterThan(800);

    const tally = new Map<string, number>();
    for (let n = 0; n < COPIES; n += 1) {
      const damage = DAMAGES[n % DAMAGES.length] ?? 'bit';
      const [changed, how] = damaged(bytes, damage, random);
      const about = `copy ${n}: ${how}`;
      const directory = copy('copy', changed);
      const { verify, refused, served, dump } = await judge(directory);
      rmSync(directory, { recursive: true });
      if (verify.code === 0) {
        // it has struck what nothing is read from
        expect(dump, about).toBe(sound.dump);
        expect(refused, about).toBeNull();
        expect(served.length, about).toBe(truth.size);
      } else {
        expect(verify.said, about).toMatch(/damaged|FOUND: .*\w{4}/u);
        expect(verify.said, about).toMatch(
          /restore the newest|was not made by this version|has format|newer Concordat/iu,
        );
        expect(verify.said, about).not.toMatch(
          /undefined|TypeError|SyntaxError|at \w+ \(|Unexpected/u,
        );
      }
      for (const [name, record] of served)
        expect(record, `${about}: ${name}`).toBe(truth.get(name));
      const end = verify.code === 0 ? 'struck nothing' : refused === null ? 'verify' : 'start';
      tally.set(end, (tally.get(end) ?? 0) + 1);
    }
    console.log(
      `${COPIES} damaged copies of ${bytes.length / PAGE} pages: ` +
        [...tally].map(([end, count]) => `${end} ${count}`).join(', '),
    );
    expect(tally.get('struck nothing') ?? 0).toBeLessThan(COPIES / 2);
  },
  inForm({ short: 120_000, long: 1_200_000 }),
);

/** Asks the judge, in a process of its own; one that ends over a copy has not found anything. */
function judging(): (directory: string) => Promise<Judgement> {
  const child = runChild(new URL('./damaged-copy-judge.ts', import.meta.url), []);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4_000);
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (directory) => {
    child.stdin.write(`${directory}\n`);
    const answer = await answers.next();
    if (answer.done !== true) return JSON.parse(answer.value) as Judgement;
    throw new Error(`the judge ended (${child.signalCode}) over ${directory}: ${complaint}`);
  };
}
