import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canonicalJson } from '../../server/canonical-json.ts';
import { followDefinitions } from '../../server/runtime/follow-definitions.ts';
import { sha256 } from '../../server/sha256.ts';
import type { Commit } from '../../server/store/commit.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { approvalPeople } from '../faults/approval-people.ts';
import { twoOrganisations } from '../faults/two-organisations.ts';
import { apiClient, type Problem } from '../support/api-client.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { killableServer } from '../support/killable-server.ts';
import { startMailCatcher } from '../support/mail-catcher.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { syntheticAppend } from '../support/synthetic-commit.ts';
import { asPerson, twoServers } from './two-servers.ts';

const SHORT_WAIT = fileURLToPath(new URL('./workflows/short-wait.json', import.meta.url));
const SENTENCE = 'newer version of Concordat';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

/** Processes start slowly on a busy machine. */
const TIMEOUT = { timeout: 300_000 };

describe.skipIf(mongo === undefined)('two versions of Concordat on one database', TIMEOUT, () => {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-versions-'));
  const older = { main: '' };
  const newer = { main: '' };
  beforeAll(() => {
    older.main = builtInstallation(join(folder, 'older'), {
      workflows: ['partnership'],
      others: [SHORT_WAIT],
    });
    newer.main = newerThan(older.main, join(folder, 'newer'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('what only the newer one knows is left to it, and the older one says so', async () => {
    const url = mongo?.newDatabase() ?? '';
    const mails = await startMailCatcher();
    onTestFinished(() => mails.close());
    const env = {
      CONCORDAT_STORE: url,
      CONCORDAT_MAIL: `${mails.url}?starttls=off`,
      CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
      CONCORDAT_WORKERS: '1',
    };
    const place = await twoOrganisations(env, join(dirname(older.main), '../../workflows'));
    const server = async ({ main }: { readonly main: string }) => {
      const one = killableServer(main, { port: await freePort(), env });
      onTestFinished(() => one.kill());
      return one;
    };
    const [old, recent] = [await server(older), await server(newer)];
    for (const one of [old, recent]) {
      one.start();
      await one.answering();
    }
    const store = await openMongoStore({ url, mode: 'serve' });
    onTestFinished(() => store.close());
    const start = async (at: string, subject: string): Promise<string> => {
      const { instance } = await apiClient(at, place.token).post<{ instance: string }>(
        '/instances',
        { workflow: 'short-wait', partnership: place.partnership, form: { subject } },
      );
      return instance;
    };
    const row = async (instance: string) => await store.instances.get(instance);

    // each starts the newest that it knows
    const ours = await start(old.url, 'of the older');
    const theirs = [await start(recent.url, 'first'), await start(recent.url, 'second')];
    expect((await row(ours))?.version).toBe(1);
    for (const instance of theirs) {
      expect((await row(instance))?.version).toBe(2);
      await expect
        .poll(async () => (await row(instance))?.state, { timeout: 60_000 })
        .toBe('waitingOn');
      const mail = await mails.waitFor(({ subject }) => subject.startsWith('New words: '));
      expect(mail.text).toContain('given you something to do');
      const [first] = await store.commits.history(instance, { limit: 1 });
      const { tasks } = JSON.parse(first?.text ?? '{}') as Commit;
      for (const change of tasks) {
        const id = change.change === 'add' ? change.task.id : change.id;
        // the older one may have left it more than once; that was no try
        await expect
          .poll(() => store.tasks.get(id), { timeout: 60_000 })
          .toMatchObject({ state: 'done', tries: 1 });
      }
    }
    expect(await store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
    const newMails = mails.mails().filter(({ subject }) => subject.startsWith('New words: '));
    const subjects = newMails.map(({ subject }) => subject).join('\n');
    for (const one of ['first', 'second']) expect(subjects).toContain(one);
    expect(new Set(newMails.map(({ messageId }) => messageId)).size).toBe(newMails.length);

    // to look at, too
    const path = `/instances/${theirs[0] ?? ''}`;
    const refused = await apiClient(old.url, place.token).send('GET', path);
    expect(refused.status).toBe(503);
    expect(refused.json as Problem).toMatchObject({ code: 'not-known-here' });
    const people = approvalPeople({
      url: old.url,
      partnership: place.partnership,
      mails,
      executives: new Map(),
      mostOpen: 1,
    });
    const cookie = await people.signIn(place.managers[0]?.email ?? '');
    const look = (at: string, page: string) => fetch(`${at}${page}`, { headers: { cookie } });
    const shown = await look(old.url, path);
    expect(shown.status).toBe(503);
    expect(Number(shown.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await shown.text()).toContain(SENTENCE);
    expect((await look(recent.url, path)).status).toBe(200);
    // what of it belongs on the page of its partnership is not left out in silence
    const partnership = await look(old.url, `/partnerships/${place.partnership}`);
    expect(partnership.status).toBe(503);
    expect(await partnership.text()).toContain(SENTENCE);
    expect((await look(recent.url, `/partnerships/${place.partnership}`)).status).toBe(200);

    // while there is no newer one, its tasks wait, and are no failures
    const alone = await start(recent.url, 'left alone');
    await recent.kill();
    await delay(14_000);
    const waiting = await store.tasks.list({ state: 'due', instance: alone, limit: 9 });
    expect(waiting.length).toBeGreaterThan(0);
    for (const task of waiting) expect(task).toMatchObject({ tries: 0, lastError: null });
    expect((await row(alone))?.state).toBe('waiting');
    recent.start();
    await expect.poll(async () => (await row(alone))?.state, { timeout: 60_000 }).toBe('waitingOn');
    expect(await store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
  });
});

describe.skipIf(mongo === undefined)('a server that runs while others publish', () => {
  test('offers what another has published, and goes on with its instances at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-workflows-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const next = join(folder, 'short-wait.json');
    writeFileSync(next, readFileSync(SHORT_WAIT, 'utf8').replace('"version": 1', '"version": 2'));
    const story = await twoServers(mongo?.newDatabase() ?? '', {
      workflows: [SHORT_WAIT],
      ofTheSecond: [next],
    });
    const [first, second] = story.servers;
    const mary = await story.member(0, 'Mary Manager', 'manager');
    const newestOf = () => first.services.workflows.newestOf('short-wait').definition.version;
    expect(newestOf()).toBe(1);
    const { instance } = await startWorkflow(second.services, asPerson(mary), {
      workflow: 'short-wait',
      partnership: story.place.id,
      form: { subject: 'Two' },
    });
    const browser = await first.signIn(mary);
    expect((await browser.get(`/instances/${instance}`)).status).toBe(200);
    expect(newestOf()).toBe(2);
  });

  test('looks for what is new by itself', async () => {
    const story = await twoServers(mongo?.newDatabase() ?? '', { workflows: [] });
    const { services } = story.servers[0];
    expect(() => services.workflows.newestOf('short-wait')).toThrow('no workflow');
    const text = readFileSync(SHORT_WAIT, 'utf8');
    await services.store.definitions.publish({
      id: 'short-wait',
      version: 1,
      text,
      hash: sha256(canonicalJson(JSON.parse(text))),
      publishedAt: services.clock.now(),
    });
    const following = followDefinitions(services, 20);
    onTestFinished(() => following.stop());
    const offered = () => services.workflows.newest().map(({ definition }) => definition.id);
    await expect.poll(offered).toContain('short-wait');
  });

  test('takes no step after one of an engine that is newer than its own', async () => {
    const story = await twoServers(mongo?.newDatabase() ?? '', { workflows: [SHORT_WAIT] });
    const { services } = story.servers[0];
    const mary = await story.member(0, 'Mary Manager', 'manager');
    const { instance } = await startWorkflow(services, asPerson(mary), {
      workflow: 'short-wait',
      partnership: story.place.id,
      form: { subject: 'Newer' },
    });
    const head = await services.store.commits.head(instance);
    const commit = JSON.parse(head?.text ?? '{}') as Commit;
    const next = { ...commit, seq: 2, previous: head?.hash, engine: 'concordat 2, xstate 6' };
    const text = canonicalJson(next);
    const row = await services.store.instances.get(instance);
    const input = syntheticAppend({ instance, seq: 2, row: { ...row, seq: 2 } });
    await services.store.commits.append({
      ...input,
      commit: { instance, seq: 2, text, hash: sha256(text) },
    });
    const browser = await story.servers[0].signIn(mary);
    const page = await browser.get(`/instances/${instance}`);
    expect(page.status).toBe(503);
    expect(page.text).toContain(SENTENCE);
  });
});

/** An installation as the older one, with a mail and a version of a workflow that the older has not. */
function newerThan(main: string, folder: string): string {
  const older = dirname(dirname(dirname(main)));
  cpSync(older, folder, { recursive: true, verbatimSymlinks: true });
  unlinkSync(join(folder, 'templates'));
  cpSync(join(older, 'templates'), join(folder, 'templates'), {
    recursive: true,
    dereference: true,
  });
  const mail = join(folder, 'templates/emails');
  cpSync(join(mail, 'task-assigned.json'), join(mail, 'new-words.json'));
  const words = readFileSync(join(mail, 'task-assigned.md.hbs'), 'utf8');
  writeFileSync(
    join(mail, 'new-words.md.hbs'),
    words.replace('Subject: Yours to do: ', 'Subject: New words: '),
  );
  const workflow = join(folder, 'workflows/short-wait.json');
  const text = readFileSync(workflow, 'utf8')
    .replace('"version": 1', '"version": 2')
    .replace(
      '"waiting": {',
      '"waiting": { "entry": [{ "type": "notify", "params": { "to": ["manager"], "template": "new-words", "with": { "task": { "from": "data.subject" } } } }],',
    );
  writeFileSync(workflow, text);
  return join(folder, 'dist/server/main.js');
}
