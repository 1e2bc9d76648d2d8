import { SET_UP_ANSWERS } from './set-up-answers.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../server/app.ts';
import { type VirtualClock, virtualClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { closeServices, createServices } from '../../server/create-services.ts';
import type { Asker } from '../../server/access/asker.ts';
import type { Log } from '../../server/log.ts';
import type { Services } from '../../server/services.ts';
import type { Organisation, Partnership, Person } from '../../server/store/directory.ts';
import type { MailSender } from '../../server/mail/mail-sender.ts';
import type { Store } from '../../server/store/store.ts';
import { createPartnership } from '../../server/use-cases/create-partnership.ts';
import { addOrganisation, invitePerson } from '../../server/use-cases/invite-person.ts';
import { completeSetUp, setUpLink } from '../../server/use-cases/set-up.ts';
import { makeSignInLink } from '../../server/use-cases/sign-in.ts';
import { createWorker, type Worker } from '../../server/worker/worker.ts';
import { builtAssets } from './built-assets.ts';

/** Before any real day, so that sessions, which end by the browser's clock, are open. */
const START = '2026-03-02T09:00:00.000Z';

interface TestAnswer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly headers: Headers;
}

/** One browser of one person: it keeps its cookie, and posts as a page of this site does. */
export interface TestBrowser {
  readonly cookie: () => string;
  get(path: string): Promise<TestAnswer>;
  post(
    path: string,
    fields?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<TestAnswer>;
}

export interface TestServer {
  readonly url: string;
  readonly services: Services;
  /** Not started: `drain` does what is due. */
  readonly worker: Worker;
  readonly clock: VirtualClock;
  /** Whoever set it up: administrator and coordinator. */
  readonly administrator: Person;
  readonly outbox: string;
  /** A browser in which nobody is signed in. */
  browser(): TestBrowser;
  /** A browser in which this person is signed in, by a real sign-in link. */
  signIn(person: Person): Promise<TestBrowser>;
  organisation(name: string): Promise<Organisation>;
  /** Of these organisations, the first one leads. */
  partnership(title: string, organisations: readonly Organisation[]): Promise<Partnership>;
  member(
    partnership: Partnership,
    organisation: Organisation,
    name: string,
    roles: readonly string[],
  ): Promise<Person>;
  stop(): Promise<void>;
}

/** The whole server on a free port, on a real folder, with mails in an outbox; set up already. */
export async function startTestServer(
  own: {
    readonly setUp?: boolean;
    readonly workflows?: string;
    /** Opens the store in this folder, if not as usual. */
    readonly store?: (directory: string) => Promise<Store>;
    /** Sends mail in another way than into an outbox. */
    readonly mail?: MailSender;
    /** Listens on this address of the machine, and is known by it; usually localhost. */
    readonly host?: string;
    /** The address people type, where a proxy stands between it and the server. */
    readonly address?: string;
    /** Where the log goes; usually nowhere. */
    readonly log?: Log;
    /** Settings besides the usual, as variables. */
    readonly settings?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestServer> {
  builtAssets();
  const folder = mkdtempSync(join(tmpdir(), 'concordat-server-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, own.host ?? '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const reachedAt = `http://${own.host ?? 'localhost'}:${port}`;
  const url = own.address ?? reachedAt;
  const config = readConfig({
    args: [],
    env: {
      CONCORDAT_STORE: `lmdb:${join(folder, 'data')}`,
      CONCORDAT_URL: url,
      CONCORDAT_PORT: String(port),
      CONCORDAT_LOG_LEVEL: 'silent',
      CONCORDAT_WORKERS: '1',
      ...own.settings,
    },
  });
  const clock = virtualClock(START);
  const services = await createServices(config, {
    clock,
    ...(own.workflows === undefined ? {} : { workflows: own.workflows }),
    ...(own.log === undefined ? {} : { log: own.log }),
    ...(own.mail === undefined ? {} : { mail: own.mail }),
    ...(own.store === undefined ? {} : { store: await own.store(join(folder, 'data')) }),
  });
  const worker = createWorker(services);
  const app = await createApp(services, worker);
  server.on('request', (request, response) => {
    app(request, response);
  });
  await setUpLink(services);
  const administrator =
    own.setUp === false ? nobody : await completeSetUp(services, SET_UP_ANSWERS);
  const asAdministrator: Asker = { kind: 'person', person: administrator };
  let made = 0;
  return {
    url,
    services,
    worker,
    clock,
    administrator,
    outbox: config.outbox,
    browser: () => createBrowser(reachedAt, url),
    async signIn(person) {
      const browser = createBrowser(reachedAt, url);
      const options = { returnTo: null, lasts: 'PT30M' };
      const { address } = await makeSignInLink(services, person, options);
      const answer = await browser.post(new URL(address).pathname);
      if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`);
      return browser;
    },
    organisation: (name) => addOrganisation(services, asAdministrator, { name, kind: 'other' }),
    partnership(title, organisations) {
      made += 1;
      return createPartnership(services, asAdministrator, {
        form: { title, purpose: 'To see that nobody falls between two services.' },
        lead: organisations[0]?.id ?? '',
        organisations: organisations.map(({ id }) => id),
        idempotencyKey: `test-${made}`,
      });
    },
    member: (partnership, organisation, name, roles) =>
      invitePerson(services, asAdministrator, {
        partnership: partnership.id,
        organisation: organisation.id,
        name,
        email: `${name.toLowerCase().replaceAll(/[^a-z]+/gu, '.')}@example.org`,
        roles,
        authority: null,
      }),
    async stop() {
      await closeServer(server);
      await worker.stop();
      await closeServices(services);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Stands in where an installation has deliberately not been set up. */
const nobody: Person = {
  id: '',
  name: '',
  email: '',
  organisation: '',
  administrator: false,
  coordinator: false,
  createdAt: START,
  disabledAt: null,
};

function createBrowser(reachedAt: string, origin: string): TestBrowser {
  let cookie = '';
  async function ask(path: string, more: RequestInit): Promise<TestAnswer> {
    const answer = await fetch(`${reachedAt}${path}`, {
      ...more,
      redirect: 'manual',
      headers: { ...(more.headers as Record<string, string> | undefined), cookie },
    });
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0] ?? '';
    const { status, headers } = answer;
    return { status, headers, text: await answer.text(), location: headers.get('location') };
  }
  return {
    cookie: () => cookie,
    get: (path) => ask(path, {}),
    post(path, fields = {}) {
      const body = new URLSearchParams(
        Object.entries(fields).flatMap(([name, value]) =>
          (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
        ),
      );
      return ask(path, { method: 'POST', body, headers: { origin } });
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
