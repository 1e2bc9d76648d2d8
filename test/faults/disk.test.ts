import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readCommit } from '../../server/runtime/head.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { concordat } from '../support/command-line.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { startMailCatcher } from '../support/mail-catcher.ts';
import { hasProgram } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { approvalPeople } from './approval-people.ts';
import { brokenDisk } from './broken-disk.ts';
import { inForm } from './in-form.ts';
import { ROUND_WORKFLOWS } from './start-round.ts';
import { twoOrganisations } from './two-organisations.ts';

const WRITERS = 6;
/** How often a sync fails under load, each time until the server is started again. */
const FAILED_SYNCS = inForm({ short: 2, long: 30 });
const FAILED_WRITES = inForm({ short: 6, long: 60 });
/** Longer than it gives what is under way at a stop. */
const STOPS_WITHIN_MS = 20_000;

interface Acknowledged {
  readonly instance: string;
  readonly seq: number;
  readonly hash: string;
  readonly subject: string;
}

/** A server in a process of its own on such a disk, and programs that are told what is recorded. */
async function scene() {
  const folder = temporaryFolder();
  const directory = join(folder, 'data');
  const disk = brokenDisk(folder, directory);
  const main = builtInstallation(join(folder, 'installation'), {
    workflows: ['partnership'],
    others: ROUND_WORKFLOWS,
  });
  const mails = await startMailCatcher({ slowMs: 1 });
  onTestFinished(() => mails.close());
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const env = {
    CONCORDAT_STORE: `lmdb:${directory}`,
    CONCORDAT_URL: url,
    CONCORDAT_MAIL: `${mails.url}?starttls=off`,
    CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
    CONCORDAT_WORKERS: '1',
    CONCORDAT_LOG_LEVEL: 'silent',
  };
  const place = await twoOrganisations(env, join(main, '../../../workflows'));
  const server = killableServer(main, { port, env: { ...env, ...disk.env } });
  onTestFinished(() => server.kill());
  server.start();
  await server.answering();

  const ledger: Acknowledged[] = [];
  const headers = { authorization: `Bearer ${place.token}`, 'content-type': 'application/json' };
  async function begin(subject: string, key: string): Promise<Response> {
    const body = {
      workflow: 'approval-round',
      partnership: place.partnership,
      form: { subject },
    };
    const answer = await fetch(`${url}/api/v1/instances`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const said = (await answer.clone().json()) as Omit<Acknowledged, 'subject'>;
    if (answer.status === 201) ledger.push({ ...said, subject });
    return answer;
  }
  /** Several people's programs at once, until something is over; answers each status there was, 0 for no answer. */
  async function underLoad(what: () => Promise<void>): Promise<ReadonlySet<number>> {
    const load = { goesOn: true };
    const answers = new Set<number>();
    const writers = Array.from({ length: WRITERS }, async () => {
      while (load.goesOn) {
        const answer = begin(randomUUID(), randomUUID());
        answers.add(
          await answer.then(
            ({ status }) => status,
            () => 0,
          ),
        );
        if (answers.has(0)) return;
      }
    });
    await what();
    load.goesOn = false;
    await Promise.all(writers);
    return answers;
  }
  /** On a server that has ended, of what was acknowledged nothing is missing. */
  async function nothingIsLost(): Promise<void> {
    const store = await openLmdbStore({ directory, mode: 'read' });
    onTestFinished(() => store.close());
    for (const { instance, seq, hash, subject } of ledger) {
      const kept = await store.commits.get(instance, seq);
      expect(kept?.hash, subject).toBe(hash);
      expect(kept && readCommit(kept).snapshot.data['subject']).toBe(subject);
    }
  }
  return {
    directory,
    disk,
    mails,
    url,
    place,
    server,
    ledger,
    headers,
    begin,
    underLoad,
    nothingIsLost,
  };
}

/** Without the broken disk below it, as somebody would look who has mended theirs. */
async function verified(directory: string): Promise<void> {
  const said = await concordat(['verify', '--store', `lmdb:${directory}`]);
  expect(said).toMatchObject({ code: 0, err: '' });
}

describe.skipIf(!hasProgram('gcc'))('a disk that fails below the store', () => {
  test(
    'is said plainly, loses nothing that was acknowledged, and stops the writing when nobody knows what it holds',
    async () => {
      const { directory, disk, mails, url, place, server, ledger, headers, ...story } =
        await scene();
      const { begin, underLoad } = story;
      async function health(): Promise<{ readonly status: number; readonly said: string }> {
        const answer = await fetch(`${url}/health/ready`);
        return { status: answer.status, said: await answer.text() };
      }
      /** What the health page says; it looks now and then, and tells it from memory between. */
      async function healthSays(status: number, what: RegExp): Promise<void> {
        for (let looks = 0; ; looks += 1) {
          const now = await health();
          if (now.status === status && what.test(now.said)) return;
          if (looks === 200)
            expect(now).toMatchObject({ status, said: expect.stringMatching(what) });
          await delay(100);
        }
      }

      const people = approvalPeople({
        url,
        partnership: place.partnership,
        mails,
        executives: new Map(),
        mostOpen: 1,
      });
      const cookie = await people.signIn(place.managers[0]?.email ?? '');
      async function typed(
        subject: string,
      ): Promise<{ readonly status: number; readonly page: string }> {
        const fields = { subject, _key: subject, _step: 'send' };
        const answer = await fetch(
          `${url}/partnerships/${place.partnership}/start/approval-round`,
          {
            method: 'POST',
            redirect: 'manual',
            headers: { cookie, origin: url },
            body: new URLSearchParams(fields),
          },
        );
        return { status: answer.status, page: await answer.text() };
      }

      const begun = await begin('The first', randomUUID());
      expect(begun.status, await begun.clone().text()).toBe(201);
      const first = (await begun.json()) as Acknowledged;
      const readsStill = async (): Promise<void> => {
        const answer = await fetch(`${url}/api/v1/instances/${first.instance}`, { headers });
        expect(answer.status).toBe(200);
        expect((await fetch(`${url}/health/live`)).status).toBe(200);
      };

      for (let time = 0; time < FAILED_SYNCS; time += 1) {
        const answers = await underLoad(async () => {
          await delay(300);
          disk.break('syncs');
          await delay(300);
        });
        for (const status of answers) expect([201, 503]).toContain(status);
        // whatever the disk says from now on, nothing is written
        disk.mend();
        const key = randomUUID();
        const refused = await begin(key, key);
        expect(refused.status).toBe(503);
        expect(await refused.json()).toMatchObject({
          code: 'store-unreadable',
          detail: expect.stringMatching(/stopped taking changes.*start Concordat again/u),
        });
        const page = await typed('Typed on a disk that failed');
        expect(page.status).toBe(503);
        expect(page.page).toContain('stopped taking changes');
        expect(page.page).toContain('value="Typed on a disk that failed"');
        expect(page.page).not.toMatch(/Input\/output|EIO|position/u);
        await healthSays(503, /disk is healthy.*start Concordat again/u);
        await readsStill();
        // it ends by itself, and may say that it could not put everything in order
        expect([0, 1]).toContain(await server.stop());
        await verified(directory);
        server.start();
        await server.answering();
        expect((await begin(key, key)).status).toBe(201);
        await healthSays(200, /ready/u);
      }
      expect(await server.stop()).toBe(0);
      await story.nothingIsLost();
      console.log(`${ledger.length} acknowledged over ${FAILED_SYNCS} failed syncs; 0 lost`);
      expect(ledger.length).toBeGreaterThan(FAILED_SYNCS);
    },
    inForm({ short: 120_000, long: 900_000 }),
  );

  // LMDB's binding writes what it says of a failed write past the end of the memory it has for it
  test(
    'may end the server when it refuses to write; started again, nothing that was acknowledged is missing and all goes on',
    async () => {
      const { directory, disk, server, ledger, begin, underLoad, nothingIsLost } = await scene();
      let ends = 0;
      for (let time = 0; time < FAILED_WRITES; time += 1) {
        const answers = await underLoad(async () => {
          await delay(100 + Math.random() * 200);
          disk.break('writes');
          await delay(200);
        });
        for (const status of answers) expect([0, 201, 503]).toContain(status);
        disk.mend();
        const key = randomUUID();
        const refused = await begin(key, key).catch(() => undefined);
        // whoever still answers has not written on, though the disk is well again
        if (refused) expect(refused.status).toBe(503);
        else ends += 1;
        const stopped = await Promise.race([server.stop(), delay(STOPS_WITHIN_MS, 'late')]);
        if (stopped === 'late') await server.kill();
        await verified(directory);
        server.start();
        await server.answering();
        expect((await begin(key, key)).status).toBe(201);
      }
      expect(await server.stop()).toBe(0);
      await nothingIsLost();
      console.log(
        `${ledger.length} acknowledged over ${FAILED_WRITES} times of failed writes, which ended the server ${ends} times; 0 lost`,
      );
      expect(ledger.length).toBeGreaterThan(FAILED_WRITES);
    },
    inForm({ short: 180_000, long: 1_800_000 }),
  );
});
