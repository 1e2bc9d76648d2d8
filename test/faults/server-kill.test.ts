import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { type CatcherMode, startMailCatcher } from '../support/mail-catcher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { approvalPeople } from './approval-people.ts';
import { auditRounds } from './audit-rounds.ts';
import { twoOrganisations } from './two-organisations.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 50);
/** How the mail server behaves while the other is killed; most of the time it takes what comes. */
const MOODS: readonly CatcherMode[] = ['accept', 'accept', 'accept', 'slow', 'busy', 'drop'];
const WORKFLOWS = ['approval-round', 'errand'].map((name) =>
  fileURLToPath(new URL(`./workflows/${name}.json`, import.meta.url)),
);

test(`over ${KILLS} kills no acknowledged change is lost, nothing is done twice, every mail is sent`, async () => {
  const folder = temporaryFolder();
  const main = builtInstallation(join(folder, 'installation'), {
    workflows: ['partnership'],
    others: WORKFLOWS,
  });
  const mails = await startMailCatcher({ slowMs: 60 });
  onTestFinished(() => mails.close());
  const env = {
    CONCORDAT_STORE: `lmdb:${join(folder, 'data')}`,
    CONCORDAT_MAIL: `${mails.url}?starttls=off`,
    CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
    CONCORDAT_WORKERS: '1',
  };
  const server = killableServer(main, { port: await freePort(), env });
  onTestFinished(() => server.kill());
  const installed = { ...env, CONCORDAT_URL: server.url };
  const place = await twoOrganisations(installed, join(dirname(main), '../../workflows'));

  server.start();
  await server.answering();
  const people = approvalPeople({ url: server.url, partnership: place.partnership, mails });
  const names = new Map(place.executives.map(({ email, name }) => [email, name]));
  const [mary] = place.managers;
  const managing = [
    people.signIn(mary?.email ?? '').then((cookie) => people.manage(cookie, 'Mary')),
    people.manageByProgram(place.token),
  ];
  const approving = Array.from({ length: 3 }, () => people.approve((to) => names.get(to) ?? ''));
  await mails.waitFor(({ subject }) => subject.includes('view is asked'));

  for (let kill = 0; kill < KILLS; kill += 1) {
    mails.mode(MOODS[Math.floor(Math.random() * MOODS.length)] ?? 'accept');
    // Now and then while it still starts.
    if (Math.random() < 0.15) await delay(Math.random() * 600);
    else {
      await server.answering();
      await delay(50 + Math.random() * 900);
    }
    await server.kill();
    server.start();
  }
  mails.mode('accept');
  await server.answering();
  people.stopManaging();
  await Promise.all(managing);
  const rounds = people.ledger.filter(({ what }) => what === 'start').length;
  const closing = (): Set<string> =>
    new Set(
      mails
        .mails()
        .flatMap(({ messageId, subject }) => (subject.includes('Done: ') ? [messageId] : [])),
    );
  for (const until = Date.now() + 90_000; closing().size < rounds * 2 && Date.now() < until; ) {
    await delay(100);
  }
  people.stopApproving();
  await Promise.all(approving);
  expect(await server.stop()).toBe(0);

  const store = await openLmdbStore({ directory: join(folder, 'data'), mode: 'serve' });
  onTestFinished(() => store.close());
  const audit = await auditRounds({ store, mails: mails.mails(), place, url: server.url });
  expect(audit.findings).toEqual([]);
  console.log(
    `${KILLS} kills: ${people.ledger.length} acknowledged changes in ${rounds} approval rounds, ` +
      `${mails.mails().length} mails, of them ${audit.repeatedMails} repeats`,
  );
  expect(audit.missing(people.ledger)).toEqual([]);
  expect(audit.repeatedMails).toBeLessThanOrEqual(KILLS);
  expect(rounds).toBeGreaterThan(KILLS / 5);
}, 600_000);
