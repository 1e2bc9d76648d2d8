import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { openStore } from '../../server/store/open-store.ts';
import type { Store } from '../../server/store/store.ts';
import { balancer } from '../support/balancer.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { type KillableServer, killableServer } from '../support/killable-server.ts';
import { type MailCatcher, startMailCatcher } from '../support/mail-catcher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { approvalPeople, type People } from './approval-people.ts';
import { auditRounds } from './audit-rounds.ts';
import { inForm } from './in-form.ts';
import { ROUND_WORKFLOWS } from './start-round.ts';
import { twoOrganisations } from './two-organisations.ts';

/** Sixteen clients: so many browsers and programs that begin rounds, so many people who approve. */
const BROWSERS = 5;
const PROGRAMS = 5;
const APPROVERS = 6;
/** How long it may take until all is done: a mail that was refused many times waits for minutes. */
const SETTLED_WITHIN_MS = inForm({ short: 180_000, long: 900_000 });

/** What trouble can be made with. */
export interface Scene {
  readonly servers: readonly KillableServer[];
  readonly mails: MailCatcher;
  readonly people: Pick<People, 'told' | 'rounds'>;
}

/**
 * Lets sixteen clients work over HTTP through the processes that serve a store, while trouble is made;
 * then expects that no acknowledged change is lost, nothing is done twice, every mail is sent, and
 * that whoever could not be served was told so in the right way.
 */
export async function roundsUnderTrouble(given: {
  /** As `--store` takes it. */
  readonly store: string;
  readonly processes: number;
  /** How many rounds may be under way at once. */
  readonly mostOpen: number;
  /** Opens it for the audit. */
  readonly open: () => Promise<Store>;
  /** Resolves when it has passed, with how often it was made. */
  readonly trouble: (scene: Scene) => Promise<number>;
  /** Of what kind it was, for the line of figures. */
  readonly of: string;
}): Promise<void> {
  const main = builtInstallation(join(temporaryFolder(), 'installation'), {
    workflows: ['partnership'],
    others: ROUND_WORKFLOWS,
  });
  const mails = await startMailCatcher({ slowMs: 60 });
  onTestFinished(() => mails.close());
  const ports: number[] = [];
  while (ports.length < given.processes) ports.push(await freePort());
  const front = await balancer(ports);
  onTestFinished(() => front.close());
  const env = {
    CONCORDAT_STORE: given.store,
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

  const executives = new Map(place.executives.map(({ email, name }) => [email, name]));
  const { partnership, managers } = place;
  const { mostOpen } = given;
  const people = approvalPeople({ url: front.url, partnership, mails, executives, mostOpen });
  const cookies: string[] = [];
  while (cookies.length < BROWSERS) {
    cookies.push(await people.signIn(managers[cookies.length % managers.length]?.email ?? ''));
  }
  const managing = [
    ...cookies.map((cookie, n) => people.manage(cookie, `Browser ${n}`)),
    ...Array.from({ length: PROGRAMS }, () => people.manageByProgram(place.token)),
  ];
  // two at each mail, who may be at it at the same moment
  const approving = Array.from({ length: APPROVERS }, (_, n) =>
    people.approve(n % (APPROVERS / 2), APPROVERS / 2),
  );
  await mails.waitFor(({ subject }) => subject.includes('view is asked'), 30_000);

  const began = performance.now();
  const times = await given.trouble({ servers, mails, people });
  const seconds = Math.round((performance.now() - began) / 1_000);
  mails.mode('accept');
  await Promise.all(servers.map((server) => server.answering()));
  people.stopManaging();
  await Promise.all(managing);
  const { begun } = people.rounds();
  const until = Date.now() + SETTLED_WITHIN_MS;
  while (people.rounds().over < begun && Date.now() < until) await delay(100);
  people.stopApproving();
  await Promise.all(approving);
  await nothingIsDue(given.store, until);
  for (const server of servers) expect(await server.stop()).toBe(0);

  const store = await given.open();
  onTestFinished(() => store.close());
  const audit = await auditRounds({ store, mails: mails.mails(), place, url: front.url });
  const told = people.told();
  const missing = audit.missing(people.ledger);
  console.log(
    `${times} ${given.of} in ${seconds} s: ${people.ledger.length} acknowledged changes in ` +
      `${begun} approval rounds, of them ${missing.length} lost or twice; ${mails.mails().length} ` +
      `mails, of them ${audit.repeatedMails} repeats; ${told.again} times told to try again, ` +
      `${told.unanswered} times no answer; no answer took more than ` +
      `${(told.longestMs / 1_000).toFixed(1)} s`,
  );
  expect(audit.findings).toEqual([]);
  expect(missing).toEqual([]);
  expect([...new Set(told.wrong)].slice(0, 20)).toEqual([]);
  expect(audit.repeatedMails).toBeLessThanOrEqual(times);
  // there was load
  expect(people.ledger.length).toBeGreaterThan(times / 4);
}

/**
 * Waits for what nobody waits for: a mail that the last approval asked for, or one whose task a process
 * held when it was killed, and which comes when that lease has run out.
 */
async function nothingIsDue(store: string, until: number): Promise<void> {
  const looking = await openStore(store, 'read');
  try {
    // seen twice, since a folder shows what is due a moment after it is acknowledged
    for (let seen = 0; seen < 2 && Date.now() < until; await delay(500)) {
      const now = new Date().toISOString();
      const due = await looking.tasks.list({ state: 'due', limit: 5_000 });
      seen = due.some(({ dueAt }) => dueAt <= now) ? 0 : seen + 1;
    }
  } finally {
    await looking.close();
  }
}
