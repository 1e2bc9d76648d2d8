import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { Store } from '../../server/store/store.ts';
import { balancer } from '../support/balancer.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { type CatcherMode, startMailCatcher } from '../support/mail-catcher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { approvalPeople } from './approval-people.ts';
import { auditRounds } from './audit-rounds.ts';
import { twoOrganisations } from './two-organisations.ts';

/** How the mail server behaves while the others are killed; most of the time it takes what comes. */
const MOODS: readonly CatcherMode[] = ['accept', 'accept', 'accept', 'slow', 'busy', 'drop'];
const WORKFLOWS = ['approval-round', 'errand'].map((name) =>
  fileURLToPath(new URL(`./workflows/${name}.json`, import.meta.url)),
);

/**
 * Kills one of the processes that serve a store, again and again, while people work through them;
 * then expects that no acknowledged change is lost, nothing is done twice and every mail is sent.
 */
export async function roundsUnderKills(given: {
  /** As `--store` takes it. */
  readonly store: string;
  readonly processes: number;
  readonly kills: number;
  readonly open: () => Promise<Store>;
}): Promise<void> {
  const { kills, store: url } = given;
  const main = builtInstallation(join(temporaryFolder(), 'installation'), {
    workflows: ['partnership'],
    others: WORKFLOWS,
  });
  const mails = await startMailCatcher({ slowMs: 60 });
  onTestFinished(() => mails.close());
  const ports: number[] = [];
  while (ports.length < given.processes) ports.push(await freePort());
  const front = await balancer(ports);
  onTestFinished(() => front.close());
  const env = {
    CONCORDAT_STORE: url,
    CONCORDAT_URL: front.url,
    CONCORDAT_MAIL: `${mails.url}?starttls=off`,
    CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
    CONCORDAT_WORKERS: '1',
  };
  const servers = ports.map((port) => killableServer(main, { port, env }));
  onTestFinished(async () => {
    for (const server of servers) await server.kill();
  });
  const place = await twoOrganisations(env, join(dirname(main), '../../workflows'));

  for (const server of servers) server.start();
  await Promise.all(servers.map((server) => server.answering()));
  const people = approvalPeople({ url: front.url, partnership: place.partnership, mails });
  const names = new Map(place.executives.map(({ email, name }) => [email, name]));
  const [mary] = place.managers;
  const managing = [
    people.signIn(mary?.email ?? '').then((cookie) => people.manage(cookie, 'Mary')),
    people.manageByProgram(place.token),
  ];
  const approving = Array.from({ length: 3 }, () => people.approve((to) => names.get(to) ?? ''));
  await mails.waitFor(({ subject }) => subject.includes('view is asked'));

  for (let kill = 0; kill < kills; kill += 1) {
    mails.mode(MOODS[Math.floor(Math.random() * MOODS.length)] ?? 'accept');
    const server = servers[Math.floor(Math.random() * servers.length)];
    // Now and then while it still starts.
    if (Math.random() < 0.15) await delay(Math.random() * 600);
    else {
      await server?.answering();
      await delay(50 + Math.random() * 900);
    }
    await server?.kill();
    server?.start();
  }
  mails.mode('accept');
  await Promise.all(servers.map((server) => server.answering()));
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
  for (const server of servers) expect(await server.stop()).toBe(0);

  const store = await given.open();
  onTestFinished(() => store.close());
  const audit = await auditRounds({ store, mails: mails.mails(), place, url: front.url });
  expect(audit.findings).toEqual([]);
  console.log(
    `${kills} kills of ${servers.length}: ${people.ledger.length} acknowledged changes in ` +
      `${rounds} approval rounds, ${mails.mails().length} mails, of them ${audit.repeatedMails} repeats`,
  );
  expect(audit.missing(people.ledger)).toEqual([]);
  expect(audit.repeatedMails).toBeLessThanOrEqual(kills);
  expect(rounds).toBeGreaterThan(kills / 5);
}
