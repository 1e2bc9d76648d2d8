import { beforeAll, expect, test } from 'vitest';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { newLongWork } from '../../server/use-cases/long-work.ts';
import { startBackup } from '../../server/use-cases/make-backup.ts';
import { startExport } from '../../server/use-cases/make-export.ts';
import { parkTask } from '../support/park-task.ts';
import { inABrowser } from '../support/in-a-browser.ts';
import { as, sampleWorld, type SampleWorld } from '../support/sample-world.ts';
import { shoot } from '../support/shoot.ts';
import { expectSound, inWords, openPage, SCREENS, type Screen } from '../support/sound-page.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

async function firstMail(server: TestServer): Promise<string> {
  const { mails } = await server.services.store.mails.list({ limit: 100 });
  const mail = mails.find(({ instance }) => instance !== null);
  return `/sent-mail/${encodeURIComponent(mail?.messageId.replaceAll(/[<>]/gu, '') ?? '')}`;
}

const home = (world: SampleWorld): string => `/partnerships/${world.shelter.id}`;

type Reader = 'administrator' | 'lead' | 'trustManager' | 'observer';

/** What is looked at, and by whom. */
const PAGES: readonly (readonly [
  name: string,
  path: (world: SampleWorld) => string,
  reader: Reader,
])[] = [
  ['partnerships', () => '/partnerships', 'administrator'],
  ['partnerships-none', () => '/partnerships?text=zzz', 'administrator'],
  ['new-partnership', () => '/partnerships/new', 'administrator'],
  ['partnership', home, 'administrator'],
  ['partnership-observer', home, 'observer'],
  ['people', (world) => `${home(world)}/people`, 'administrator'],
  ['invite', (world) => `${home(world)}/people/invite`, 'administrator'],
  ['invite-own', (world) => `${home(world)}/people/invite`, 'trustManager'],
  ['change-roles', (world) => `${home(world)}/people/${world.lead.id}`, 'administrator'],
  ['remove', (world) => `${home(world)}/people/${world.lead.id}/remove`, 'administrator'],
  ['work', () => '/work', 'administrator'],
  ['work-nothing', () => '/work', 'observer'],
  ['dates', () => '/dates', 'administrator'],
  ['dates-lead', () => '/dates', 'lead'],
  ['dates-none', () => '/dates?kind=zzz', 'administrator'],
  ['registers', () => '/registers', 'administrator'],
  ['register-partnership', () => '/registers/partnership', 'administrator'],
  ['register-issues', () => '/registers/systemic-issue?sort=title', 'administrator'],
  ['register-readiness', () => '/registers/readiness', 'lead'],
  ['register-none', () => '/registers/review?text=zzz', 'administrator'],
  ['sent-mail', () => '/sent-mail', 'administrator'],
  ['parked-tasks', () => '/parked-tasks', 'administrator'],
  ['organisations', () => '/organisations', 'administrator'],
  ['organisation', (world) => `/organisations/${world.trust.id}`, 'administrator'],
  ['settings', () => '/settings', 'administrator'],
  ['settings-installation', () => '/settings/installation', 'administrator'],
  ['settings-people', () => '/settings/people', 'administrator'],
  ['settings-person', (world) => `/settings/people/${world.lead.id}`, 'administrator'],
  ['settings-workflow', () => '/settings/workflows/systemic-issue', 'administrator'],
  ['settings-tokens', () => '/settings/tokens', 'administrator'],
  ['backups', () => '/settings/backups', 'administrator'],
  ['export', (world) => `${home(world)}/export`, 'lead'],
  ['export-under-way', (world) => `${home(world)}/export`, 'administrator'],
  ['workflows', () => '/workflows', 'administrator'],
  ['workflow', () => '/workflows/dispute', 'administrator'],
];

inABrowser('the pages that look across records', startTestServer, (scene) => {
  let world: SampleWorld;
  const cookies = new Map<Reader, string>();

  beforeAll(async () => {
    const { server } = scene;
    world = await sampleWorld(server);
    await parkTask(server, world);
    await createToken(server.services, {
      email: server.administrator.email,
      label: 'Case system of Northshire',
      expires: 'P90D',
    });
    const { services } = server;
    await startBackup(services, as(server.administrator));
    await startExport(services, as(world.lead), world.shelter.id);
    await services.longWork.idle();
    await services.store.work.put({
      ...newLongWork(services, as(server.administrator), {
        kind: 'export',
        partnership: world.shelter.id,
        keptForMs: 86_400_000,
      }),
      state: 'running',
      step: 'Writing the records',
      done: 3,
      total: 8,
    });
    for (const reader of ['lead', 'trustManager', 'observer'] as const) {
      cookies.set(reader, (await server.signIn(world[reader])).cookie());
    }
    cookies.set('administrator', (await server.signIn(server.administrator)).cookie());
  });

  async function look(name: string, path: string, reader: Reader, screen: Screen): Promise<void> {
    const { browser, server } = scene;
    const cookie = cookies.get(reader) ?? '';
    const page = await openPage(browser, screen, { baseURL: server.url, cookie });
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(200);
    expect(await page.locator('h1').count()).toBe(1);
    await expectSound(page);
    if (screen.javaScript) await shoot(page, `${name}-${screen.width}`);
    await page.context().close();
  }

  for (const screen of SCREENS) {
    const how = inWords(screen);

    test.each(PAGES)(`%s is sound at ${how}`, async (name, path, reader) => {
      await look(name, path(world), reader, screen);
    });

    test(`a mail that was sent is sound at ${how}`, async () => {
      await look('sent-mail-one', await firstMail(scene.server), 'administrator', screen);
    });
  }
});
