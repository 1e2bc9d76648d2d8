import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { virtualClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { runDemo } from '../../server/demo/run-demo.ts';
import { createLog } from '../../server/log.ts';
import { type RunningServer, startServer } from '../../server/start-server.ts';
import { makeSignInLink } from '../../server/use-cases/sign-in.ts';
import { setUpLink } from '../../server/use-cases/set-up.ts';
import { builtAssets } from '../support/built-assets.ts';
import { launchChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { linksTo } from '../support/read-outbox.ts';

/** Where the pictures go; the README shows some of them. */
const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const SIZES = [
  { width: 360, height: 780, most: 1_600 },
  { width: 1280, height: 800, most: 1_000 },
];
/** So early that a session, which ends by the machine's clock, is open on the story's last day. */
const FIRST_DAY = '2020-03-02';

const MORGAN = 'morgan.wyn@marlowe-vale.example';
const ZOFIA = 'zofia.kowalska@lodz-house.example';
const RHODRI = 'rhodri.wyn-griffiths@marlowe-vale.example';

/** Plays the demo, opens its pages as those who use them, and takes a picture of each. */
async function takeScreenshots(): Promise<void> {
  builtAssets();
  const work = mkdtempSync(join(tmpdir(), 'concordat-screenshots-'));
  const browser = await launchChromium();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  try {
    await picturesOfSetUp(browser, await configFor(join(work, 'empty')));
    const config = await configFor(join(work, 'demo'));
    const log = createLog({ level: 'error', destination: process.stderr });
    const { to } = await runDemo({ config, start: FIRST_DAY, log, say: () => undefined });
    const server = await startServer(config, { clock: virtualClock(to) });
    try {
      await picturesOfDemo(browser, server, config.outbox);
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
    rmSync(work, { recursive: true, force: true });
  }
  const files = readdirSync(FOLDER);
  const bytes = files.reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0);
  process.stdout.write(`${files.length} pictures, ${(bytes / 1_000_000).toFixed(1)} MB\n`);
}

async function picturesOfSetUp(
  browser: Browser,
  config: Awaited<ReturnType<typeof configFor>>,
): Promise<void> {
  const server = await startServer(config, { clock: virtualClock(`${FIRST_DAY}T09:00:00Z`) });
  const page = await browser.newPage({ baseURL: config.url });
  try {
    await shoot(page, (await setUpLink(server.services)) ?? '', 'set-up');
  } finally {
    await page.close();
    await server.stop();
  }
}

async function picturesOfDemo(
  browser: Browser,
  server: RunningServer,
  outbox: string,
): Promise<void> {
  const { store } = server.services;
  const { rows } = await store.instances.list({ limit: 1_000 });
  const partnerships = await store.directory.partnerships();
  const titled = (part: string): string =>
    partnerships.find(({ title }) => title.includes(part))?.id ?? '';
  /** The newest record of a workflow, one that is under way before one that has ended. */
  const record = (workflow: string, state = ''): string => {
    const found = rows
      .filter((row) => row.workflow === workflow && row.stateTitle.includes(state))
      .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
    return (found.find(({ status }) => status === 'active') ?? found[0])?.id ?? '';
  };
  const home = `/partnerships/${titled('Home from Hospital')}`;
  const safe = `/partnerships/${titled('Safe at Home')}`;
  const signing = record('agreement', 'Being signed');

  const visit = await browser.newPage({ baseURL: server.services.config.url });
  await shoot(visit, '/sign-in', 'sign-in');
  await visit.close();

  const morgan = await signedIn(browser, server, MORGAN);
  const course = (id: string): string =>
    partnerships.find((one) => id.endsWith(one.id))?.instance ?? '';
  const coordinator: readonly (readonly [string, string])[] = [
    ['/set-up/readiness', 'readiness-check'],
    ['/work', 'my-work'],
    ['/partnerships', 'partnerships'],
    ['/partnerships/new', 'new-partnership'],
    [home, 'partnership'],
    [safe, 'partnership-led-by-a-charity'],
    [`${home}/people`, 'people'],
    [`${home}/people/invite`, 'invite'],
    [`/instances/${course(home)}`, 'partnership-course'],
    [`/instances/${course(home)}/history`, 'history'],
    [`/instances/${course(home)}/correct`, 'correct'],
    [`/instances/${course(home)}/do/RECORD_FEEDBACK`, 'form'],
    [`${home}/start/agreement`, 'start-agreement'],
    [`/instances/${record('agreement', 'In force')}`, 'agreement-in-force'],
    [`/instances/${signing}`, 'agreement-being-signed'],
    [`/instances/${record('s75-checklist')}`, 'section-75-checklist'],
    [`/instances/${record('s75-checklist')}/lists/items`, 'section-75-items'],
    [`/instances/${record('review')}`, 'review'],
    [`/instances/${record('dispute')}`, 'dispute'],
    [`/instances/${record('systemic-issue')}`, 'systemic-issue'],
    [`/instances/${record('readiness')}`, 'readiness'],
    ['/registers', 'registers'],
    ['/registers/agreement', 'register-of-agreements'],
    ['/registers/systemic-issue', 'register-of-issues'],
    ['/sent-mail', 'sent-mail'],
    ['/parked-tasks', 'parked-tasks'],
    ['/organisations', 'organisations'],
    ['/settings', 'settings'],
    ['/workflows', 'workflows'],
    ['/workflows/dispute', 'workflow'],
    ['/api', 'api'],
    ['/no-such-page', 'not-found'],
  ];
  for (const [address, name] of coordinator) await shoot(morgan, address, `coordinator-${name}`);
  await morgan.goto(`/instances/${signing}`);
  const text = await morgan.locator('a[href*="/documents/"]').first().getAttribute('href');
  await shoot(morgan, text ?? '', 'coordinator-document');
  await morgan.goto('/sent-mail');
  const mail = await morgan.locator('main a[href^="/sent-mail/"]').first().getAttribute('href');
  await shoot(morgan, mail ?? '', 'coordinator-one-mail');

  const zofia = await signedIn(browser, server, ZOFIA);
  await shoot(zofia, '/work', 'manager-my-work');
  await shoot(zofia, safe, 'manager-partnership');
  await shoot(zofia, `/instances/${signing}`, 'manager-agreement');

  // The newest link signs; one of years ago has been used.
  const links = await linksTo(outbox, RHODRI);
  const rhodri = await browser.newPage();
  const link = links.at(-1) ?? '';
  await shoot(rhodri, link, 'executive-sign');
  await shoot(rhodri, `${link}/do/DECLINE`, 'executive-decline');
  await shoot(rhodri, links[0] ?? '', 'executive-old-link');
  await rhodri.goto(link);
  await rhodri.getByLabel('Your full name').fill('Rhodri Ŵyn-Griffiths');
  await rhodri.getByLabel('Your position').fill('Director of Adult Social Services');
  await rhodri.getByLabel(/^I may sign for my organisation/u).check();
  await rhodri.getByRole('button', { name: 'Sign for your organisation' }).click();
  await rhodri.getByRole('heading', { name: 'Recorded' }).waitFor();
  await shoot(rhodri, rhodri.url(), 'executive-signed');
}

async function signedIn(browser: Browser, server: RunningServer, email: string): Promise<Page> {
  const { services } = server;
  const person = (await services.store.directory.people()).find((one) => one.email === email);
  if (!person) throw new Error(`the demo has no ${email}`);
  const link = await makeSignInLink(services, person, { returnTo: null, lasts: 'PT30M' });
  const page = await browser.newPage({ baseURL: services.config.url });
  await page.goto(link.address);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForLoadState();
  return page;
}

async function shoot(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  for (const { width, height, most } of SIZES) {
    await page.setViewportSize({ width, height });
    const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
    await page.screenshot({
      path: join(FOLDER, `${name}-${width}.png`),
      fullPage: true,
      clip: { x: 0, y: 0, width, height: Math.min(whole, most) },
    });
  }
}

async function configFor(folder: string) {
  return readConfig({
    args: [],
    env: {
      CONCORDAT_STORE: `lmdb:${folder}`,
      CONCORDAT_PORT: String(await freePort()),
      CONCORDAT_LOG_LEVEL: 'error',
    },
  });
}

await takeScreenshots();
