import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { virtualClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import type { Config } from '../../server/settings.ts';
import { runDemo } from '../../server/demo/run-demo.ts';
import { createLog } from '../../server/log.ts';
import { type RunningServer, startServer } from '../../server/start-server.ts';
import { newLongWork } from '../../server/use-cases/long-work.ts';
import { setUpLink } from '../../server/use-cases/set-up.ts';
import { makeSignInLink } from '../../server/use-cases/sign-in.ts';
import { builtAssets } from '../support/built-assets.ts';
import { launchChromium } from '../support/chromium.ts';
import { type Camera, createCamera } from './screenshots/camera.ts';
import { picturesOfLinks } from './screenshots/link-pages.ts';

/** Where the pictures go; the README shows some of them. */
const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
/** So early that a session, which ends by the machine's clock, is open on the story's last day. */
const FIRST_DAY = '2020-03-02';
/** The same each time, as it stands in some of the pictures. */
const PORT = '4488';

const MORGAN = 'morgan.wyn@marlowe-vale.example';
const ZOFIA = 'zofia.kowalska@lodz-house.example';
const AMARA = 'amara.okafor@marlowe-vale.example';

/** Plays the demo, opens its pages as those who use them, and takes a picture of each. */
async function takeScreenshots(): Promise<void> {
  builtAssets();
  const work = join(tmpdir(), 'concordat');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  // so that folders in the pictures are short
  process.chdir(work);
  const browser = await launchChromium();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const camera = createCamera(FOLDER);
  try {
    await picturesOfSetUp(browser, camera, configFor('new'));
    const config = configFor('data');
    const log = createLog({ level: 'error', destination: process.stderr });
    const { to } = await runDemo({
      config,
      folder: join(work, 'data'),
      start: FIRST_DAY,
      log,
      say: () => undefined,
    });
    const server = await startServer(config, { clock: virtualClock(to) });
    try {
      await picturesOfSignIn(browser, camera, server);
      await picturesOfCoordinator(browser, camera, server);
      await picturesOfManagers(browser, camera, server);
      await picturesOfLinks(browser, camera, server);
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

async function picturesOfSetUp(browser: Browser, camera: Camera, config: Config): Promise<void> {
  const server = await startServer(config, { clock: virtualClock(`${FIRST_DAY}T09:00:00Z`) });
  const page = await browser.newPage({ baseURL: config.url });
  try {
    await camera.visit(page, (await setUpLink(server.services)) ?? '', 'set-up');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('alert').waitFor();
    await camera.shoot(page, 'set-up-with-errors');
    await page
      .getByLabel('What shall this installation be called?')
      .fill('North Coast Partnerships');
    await page.getByLabel('Your organisation').fill('North Coast Council');
    await page.getByLabel('Council', { exact: true }).check();
    await page.getByLabel('Your name').fill('Nia Pritchard');
    await page.getByLabel('Your e-mail address').fill('nia@north-coast.example');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('button', { name: 'Send me a test mail' }).click();
    await page.getByText('Test mail written').waitFor();
    await camera.shoot(page, 'set-up-ready');
    await camera.visit(page, '/work', 'nothing-to-do-yet');
    await camera.visit(page, '/partnerships', 'no-partnership-yet');
    await camera.visit(page, '/registers/agreement', 'register-without-a-record');
  } finally {
    await page.close();
    await server.stop();
  }
}

async function picturesOfSignIn(
  browser: Browser,
  camera: Camera,
  server: RunningServer,
): Promise<void> {
  const page = await browser.newPage({ baseURL: server.services.config.url });
  await camera.visit(page, '/sign-in', 'sign-in');
  await page.getByLabel('Your e-mail address').fill(ZOFIA);
  await page.getByRole('button').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await camera.shoot(page, 'sign-in-sent');
  await page.goto(await signInLink(server, ZOFIA));
  await camera.shoot(page, 'sign-in-link');
  await page.close();
}

async function picturesOfCoordinator(
  browser: Browser,
  camera: Camera,
  server: RunningServer,
): Promise<void> {
  const { services } = server;
  const { store } = services;
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
  const course = partnerships.find((one) => home.endsWith(one.id))?.instance ?? '';
  const signing = `/instances/${record('agreement', 'Being signed')}`;
  const checklist = `/instances/${record('s75-checklist')}`;
  const people = await store.directory.people();
  const zofia = people.find(({ email }) => email === ZOFIA)?.id ?? '';

  const morgan = await signedIn(browser, server, MORGAN);
  const pages: readonly (readonly [string, string])[] = [
    ['/set-up/readiness', 'readiness-check'],
    ['/work', 'my-work'],
    ['/dates', 'dates'],
    ['/partnerships', 'partnerships'],
    ['/partnerships/new', 'new-partnership'],
    [home, 'partnership'],
    [safe, 'partnership-led-by-a-charity'],
    [`${home}/people`, 'people'],
    [`${home}/people/invite`, 'invite'],
    [`${safe}/people/${zofia}`, 'roles-of-somebody'],
    [`${safe}/people/${zofia}/remove`, 'remove-somebody'],
    [`/instances/${course}`, 'partnership-course'],
    [`/instances/${course}/history`, 'history'],
    [`/instances/${course}/correct`, 'correct'],
    [`/instances/${course}/do/RECORD_FEEDBACK`, 'form'],
    [`${home}/start/agreement`, 'start-agreement'],
    [`${home}/start/dispute`, 'start-dispute'],
    [`/instances/${record('agreement', 'In force')}`, 'agreement-in-force'],
    [`/instances/${record('agreement', 'Superseded')}`, 'agreement-superseded'],
    [signing, 'agreement-being-signed'],
    [`${signing}/links`, 'personal-links'],
    [checklist, 'section-75-checklist'],
    [`${checklist}/lists/items`, 'section-75-items'],
    [`/instances/${record('review')}`, 'review'],
    [`/instances/${record('review', 'It continues')}`, 'review-decided'],
    [`/instances/${record('dispute')}`, 'dispute'],
    [`/instances/${record('systemic-issue')}`, 'systemic-issue'],
    [`/instances/${record('readiness')}`, 'readiness'],
    ['/registers', 'registers'],
    ['/registers/partnership', 'register-of-partnerships'],
    ['/registers/agreement', 'register-of-agreements'],
    ['/registers/systemic-issue', 'register-of-issues'],
    ['/registers/review', 'register-of-reviews'],
    ['/sent-mail', 'sent-mail'],
    ['/parked-tasks', 'parked-tasks'],
    ['/organisations', 'organisations'],
    ['/organisations/new', 'new-organisation'],
    ['/settings', 'settings'],
    ['/settings/installation', 'settings-installation'],
    ['/settings/people', 'settings-people'],
    [`/settings/people/${zofia}`, 'settings-person'],
    ['/settings/workflows/dispute', 'settings-workflow'],
    ['/settings/tokens', 'settings-tokens'],
    ['/workflows', 'workflows'],
    ['/workflows/dispute', 'workflow'],
    ['/api', 'api'],
    ['/no-such-page', 'not-found'],
  ];
  for (const [address, name] of pages) await camera.visit(morgan, address, `coordinator-${name}`);

  await morgan.goto(signing);
  await morgan.locator('a[href*="/documents/"]').first().click();
  await camera.shoot(morgan, 'coordinator-document');
  await morgan.goto('/sent-mail');
  await morgan.locator('main a[href^="/sent-mail/"]').first().click();
  await camera.shoot(morgan, 'coordinator-one-mail');

  await morgan.goto(`/instances/${course}/do/RECORD_FEEDBACK`);
  await morgan.getByLabel('Which period').fill('');
  await morgan.getByLabel('Year').fill('19');
  await morgan.getByRole('button', { name: 'Continue' }).last().click();
  await morgan.getByRole('alert').waitFor();
  await camera.shoot(morgan, 'coordinator-form-with-errors');
  await morgan.getByLabel('Which period').fill('Year 5 of delivery');
  await morgan.getByLabel('Year').fill('2026');
  await morgan.getByRole('button', { name: 'Continue' }).last().click();
  await morgan.getByRole('heading', { name: 'Check your answers' }).waitFor();
  await camera.shoot(morgan, 'coordinator-check-answers');

  await morgan.goto('/settings/backups');
  await morgan.getByRole('button', { name: 'Make a backup now' }).click();
  await services.longWork.idle();
  const administrator = people.find(({ email }) => email === MORGAN);
  if (administrator) {
    const underWay = newLongWork(
      services,
      { kind: 'person', person: administrator },
      { kind: 'backup', partnership: null, keptForMs: 86_400_000 },
    );
    const step = 'Copying the documents';
    const now = { state: 'running', step, done: 96, total: 256 } as const;
    await store.work.put({ ...underWay, ...now });
    await camera.visit(morgan, '/settings/backups', 'coordinator-backup-under-way');
    await store.work.put({ ...underWay, ...now, expiresAt: services.clock.now() });
    await store.work.sweep(services.clock.now());
  }
  await camera.visit(morgan, '/settings/backups', 'coordinator-backups');
  await morgan.goto(`${home}/export`);
  await morgan.getByRole('button', { name: 'Make the file' }).click();
  await services.longWork.idle();
  await camera.visit(morgan, `${home}/export`, 'coordinator-export');
  await morgan.close();
}

async function picturesOfManagers(
  browser: Browser,
  camera: Camera,
  server: RunningServer,
): Promise<void> {
  const { store } = server.services;
  const { rows } = await store.instances.list({ limit: 1_000 });
  const safe = (await store.directory.partnerships()).find(({ title }) =>
    title.includes('Safe at Home'),
  );
  const signing = rows.find(({ stateTitle }) => stateTitle.includes('Being signed'))?.id ?? '';
  const zofia = await signedIn(browser, server, ZOFIA);
  await camera.visit(zofia, '/work', 'manager-my-work');
  await camera.visit(zofia, `/partnerships/${safe?.id}`, 'manager-partnership');
  await camera.visit(zofia, `/instances/${signing}`, 'manager-agreement');
  await camera.visit(zofia, '/settings', 'manager-not-allowed');
  await zofia.close();
  const amara = await signedIn(browser, server, AMARA);
  await camera.visit(amara, '/work', 'lead-my-work');
  await camera.visit(amara, '/dates', 'lead-dates');
  await amara.close();
}

async function signedIn(browser: Browser, server: RunningServer, email: string): Promise<Page> {
  const page = await browser.newPage({ baseURL: server.services.config.url });
  await page.goto(await signInLink(server, email));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForLoadState();
  return page;
}

async function signInLink({ services }: RunningServer, email: string): Promise<string> {
  const person = (await services.store.directory.people()).find((one) => one.email === email);
  if (!person) throw new Error(`the demo has no ${email}`);
  return (await makeSignInLink(services, person, { returnTo: null, lasts: 'PT30M' })).address;
}

function configFor(folder: string): Config {
  return readConfig({
    args: [],
    env: {
      CONCORDAT_STORE: `lmdb:${folder}`,
      CONCORDAT_PORT: PORT,
      CONCORDAT_LOG_LEVEL: 'error',
    },
  });
}

await takeScreenshots();
