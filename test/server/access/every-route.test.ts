import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../server/app.ts';
import type { Person } from '../../../server/store/directory.ts';
import { newLink } from '../../../server/store/new-link.ts';
import { sha256 } from '../../../server/sha256.ts';
import { startExport } from '../../../server/use-cases/make-export.ts';
import { createToken } from '../../../server/use-cases/api-tokens.ts';
import { everyRoute, type KnownRoute } from '../../support/every-route.ts';
import { type SampleWorld, sampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

/** Those who ask: each asks for everything, by the ids of the partnership that is not the first three's. */
const EVERYBODY = [
  'nobody',
  /** Opened a personal link in the same browser, and has no account. */
  'executive',
  /** Can sign in, works for one of the partners, belongs to no partnership. */
  'account',
  /** Leads another partnership, in which two of the partners take part as well. */
  'stranger',
  /** Belongs to the partnership, and is no part of the dispute in it. */
  'observer',
  /** Manages a partner; the dispute is theirs. */
  'party',
  'coordinator',
  'administrator',
] as const;
type Who = (typeof EVERYBODY)[number];

const SIGNED_IN: readonly Who[] = EVERYBODY.slice(2);
const AUDIENCES = {
  everybody: EVERYBODY,
  'signed-in': SIGNED_IN,
  members: ['observer', 'party', 'coordinator'],
  managers: ['party', 'coordinator'],
  raiser: ['party'],
  'no one': [],
  coordinators: ['coordinator'],
  overseers: ['coordinator', 'administrator'],
  administrators: ['administrator'],
} satisfies Readonly<Record<string, readonly Who[]>>;
type Audience = keyof typeof AUDIENCES;

/**
 * Who is let in. Two for records: to an open one, then to a confidential one, a dispute of which no
 * notice has been given and which is the raiser's alone.
 */
const LET_IN: Readonly<Record<string, Audience | [Audience, Audience]>> = {
  'get /health/live': 'everybody',
  'get /health/ready': 'everybody',
  'get /api/v1/openapi.json': 'everybody',
  'get /api': 'everybody',
  'get /sign-in': 'everybody',
  'post /sign-in': 'everybody',
  'post /sign-out': 'everybody',

  'get /': 'signed-in',
  'get /work': 'signed-in',
  'get /dates': 'signed-in',
  'get /dates.csv': 'signed-in',
  'get /partnerships': 'signed-in',
  'get /registers': 'signed-in',
  'get /registers/:workflow': 'signed-in',
  'get /workflows': 'signed-in',
  'get /workflows/:id': 'signed-in',
  'get /workflows/:id/diagram.svg': 'signed-in',
  'get /workflows/:id/workflow.json': 'signed-in',
  'get /api/v1/me': 'signed-in',
  'get /api/v1/workflows': 'signed-in',
  'get /api/v1/workflows/:workflow': 'signed-in',
  'get /api/v1/organisations': 'signed-in',
  'get /api/v1/people': 'signed-in',
  'get /api/v1/partnerships': 'signed-in',
  'get /api/v1/instances': 'signed-in',
  'get /api/v1/due': 'signed-in',

  'get /partnerships/:id': 'members',
  'get /partnerships/:id/people': 'members',
  'get /partnerships/:id/export': 'coordinators',
  'post /partnerships/:id/export': 'coordinators',
  'get /partnerships/:id/export/:work': 'coordinators',
  'get /partnerships/:id/people/invite': 'managers',
  'post /partnerships/:id/people/invite': 'managers',
  'get /partnerships/:id/people/:person': 'managers',
  'post /partnerships/:id/people/:person': 'managers',
  'get /partnerships/:id/people/:person/remove': 'managers',
  'post /partnerships/:id/people/:person/remove': 'managers',
  'get /partnerships/:partnership/start/:workflow': 'members',
  'post /partnerships/:partnership/start/:workflow': 'members',
  'get /api/v1/partnerships/:partnership': 'members',
  'post /api/v1/instances': 'members',

  'get /instances/:id': ['members', 'raiser'],
  'get /instances/:id/lists/:field': ['members', 'raiser'],
  'get /instances/:id/fields/:field': ['members', 'raiser'],
  'get /instances/:id/history': ['members', 'raiser'],
  'get /instances/:id/documents/:hash': ['members', 'raiser'],
  'get /instances/:id/documents/:hash/download': ['members', 'raiser'],
  'get /instances/:id/do/:event': ['members', 'raiser'],
  'post /instances/:id/do/:event': ['members', 'raiser'],
  'get /instances/:id/correct': ['coordinators', 'no one'],
  'post /instances/:id/correct': ['coordinators', 'no one'],
  'get /instances/:id/links': ['coordinators', 'no one'],
  'get /instances/:id/links/:link/withdraw': ['coordinators', 'no one'],
  'post /instances/:id/links/:link/withdraw': ['coordinators', 'no one'],
  'get /api/v1/instances/:instance': ['members', 'raiser'],
  'get /api/v1/instances/:instance/history': ['members', 'raiser'],
  'get /api/v1/instances/:instance/history/:seq': ['members', 'raiser'],
  'get /api/v1/instances/:instance/documents': ['members', 'raiser'],
  'get /api/v1/instances/:instance/documents/:hash': ['members', 'raiser'],
  'post /api/v1/instances/:instance/events': ['members', 'raiser'],
  'post /api/v1/instances/:instance/corrections': ['coordinators', 'no one'],
  'post /api/v1/instances/:instance/uploads': ['members', 'raiser'],

  'get /partnerships/new': 'overseers',
  'post /partnerships/new': 'overseers',
  'post /api/v1/partnerships': 'overseers',
  'get /organisations': 'overseers',
  'get /organisations/new': 'overseers',
  'post /organisations/new': 'overseers',
  'get /organisations/:id': 'overseers',
  'post /organisations/:id': 'overseers',
  'get /sent-mail': 'overseers',
  'get /sent-mail/:id': 'overseers',
  'get /sent-mail/:id/html': 'overseers',
  'get /parked-tasks': 'overseers',
  'post /parked-tasks/retry': 'overseers',
  'get /settings': 'administrators',
  'get /settings/installation': 'administrators',
  'post /settings/installation': 'administrators',
  'get /settings/workflows/:workflow': 'administrators',
  'post /settings/workflows/:workflow': 'administrators',
  'get /settings/people': 'administrators',
  'get /settings/people/new': 'administrators',
  'post /settings/people/new': 'administrators',
  'get /settings/people/:person': 'administrators',
  'post /settings/people/:person': 'administrators',
  'get /settings/backups': 'administrators',
  'post /settings/backups': 'administrators',
  'get /settings/tokens': 'administrators',
  'post /settings/tokens/revoke': 'administrators',
  'get /set-up/readiness': 'administrators',
  'post /set-up/test-mail': 'administrators',
};

/** Whether they get in depends on what the record holds and their roles; nobody else ever does. */
const AT_MOST = /\/(do|lists)\/:|\/start\/:|\/events$|^post \/api\/v1\/instances$/u;

const DISPUTE = 'Who pays for the night nurse';
const ISSUE = 'No beds for people with dogs';
/** What an answer to each may never hold, whatever was asked. */
const NEVER_TOLD: Readonly<Record<Who, readonly string[]>> = {
  nobody: [DISPUTE, ISSUE, 'Night shelter', 'Leo Ward', '@example.org'],
  executive: [DISPUTE, ISSUE, 'Leo Ward', '@example.org'],
  account: [DISPUTE, ISSUE, 'Night shelter', 'Leo Ward'],
  stranger: [DISPUTE, ISSUE, 'Night shelter', 'Leo Ward'],
  observer: [DISPUTE, 'leo.ward@example.org'],
  party: ['leo.ward@example.org'],
  coordinator: [],
  administrator: [DISPUTE],
};

const LINK_TOKEN = 'an-executive-has-this-link-for-the-agreement';

let server: TestServer;
let world: SampleWorld;
let routes: readonly KnownRoute[];
const browsers = new Map<Who, TestBrowser>();
const tokens = new Map<Who, string>();
/** A document of each record, a link to it and a field that is a list. */
const hashes = new Map<string, string>();
const lists = new Map<string, string>();
let mail = '';
/** An export that the coordinator had made. */
let work = '';

function newPerson(name: string, more: Partial<Person>): Person {
  return {
    id: `${name}${'0'.repeat(20)}`.slice(0, 20),
    name,
    email: `${name.toLowerCase()}@elsewhere.example`,
    organisation: world.refuge.id,
    administrator: false,
    coordinator: false,
    createdAt: server.clock.now(),
    disabledAt: null,
    ...more,
  };
}

beforeAll(async () => {
  server = await startTestServer();
  world = await sampleWorld(server);
  const { services, clock } = server;
  const { store } = services;
  routes = everyRoute(await createApp(services, server.worker));
  for (const instance of [world.issue, world.dispute]) {
    const about = { createdAt: clock.now(), partnership: world.shelter.id, instance };
    const file = Buffer.from(instance === world.dispute ? DISPUTE : ISSUE);
    const { hash } = await store.documents.put(file, {
      ...about,
      mediaType: 'text/plain',
      name: 'paper.txt',
    });
    hashes.set(instance, hash);
    const row = await store.instances.get(instance);
    const { properties = {} } = services.workflows.newestOf(row?.workflow ?? '').definition.data;
    const list = Object.entries(properties).find(([, { type }]) => type === 'array');
    lists.set(instance, list?.[0] ?? '');
    await store.links.put(linkTo(instance, `link-${instance}`));
  }
  await store.links.put(linkTo(world.agreement, LINK_TOKEN));
  const { mails } = await store.mails.list({ limit: 500 });
  const about = mails.find(({ instance }) => instance === world.shelter.instance);
  mail = about?.messageId.slice(1, -1) ?? '';
  const people: Readonly<Record<Who, Person | null>> = {
    nobody: null,
    executive: null,
    account: newPerson('Account', {}),
    stranger: world.stranger,
    observer: world.observer,
    party: world.trustManager,
    coordinator: newPerson('Coordinator', { coordinator: true }),
    administrator: newPerson('Administrator', { administrator: true }),
  };
  for (const who of EVERYBODY) {
    const person = people[who];
    if (person) await store.directory.putPerson(person);
    browsers.set(who, person ? await server.signIn(person) : server.browser());
    if (!person) continue;
    const { token } = await createToken(services, {
      email: person.email,
      label: 'walk',
      expires: null,
    });
    tokens.set(who, token);
  }
  const asker = { kind: 'person', person: people.coordinator as Person } as const;
  work = (await startExport(services, asker, world.shelter.id)).id;
  await services.longWork.idle();
}, 120_000);
afterAll(() => server.stop());

function linkTo(instance: string, token: string): ReturnType<typeof newLink> {
  return newLink({
    id: token.slice(0, 20),
    purpose: 'take-part',
    person: world.practitioner.id,
    organisation: world.refuge.id,
    instance,
    events: ['COMMENT'],
    tokenHashes: [sha256(token)],
    createdAt: server.clock.now(),
    expiresAt: '2027-01-01T00:00:00.000Z',
  });
}

function pathOf({ path }: KnownRoute, instance: string): string {
  const values: Readonly<Record<string, string>> = {
    partnership: world.shelter.id,
    instance,
    workflow: 'dispute',
    person: world.trustManager.id,
    link: `link-${instance}`.slice(0, 20),
    event: 'WITHDRAW',
    field: path.includes('/lists/') ? (lists.get(instance) ?? '') : 'parties',
    hash: hashes.get(instance) ?? '',
    seq: '1',
    work,
  };
  const ids: Readonly<Record<string, string>> = {
    partnerships: world.shelter.id,
    instances: instance,
    organisations: world.council.id,
    workflows: 'dispute',
    'sent-mail': encodeURIComponent(mail),
  };
  return path.replaceAll(/:(\w+)/gu, (found, name: string) => {
    const value = name === 'id' ? ids[path.split('/')[1] ?? ''] : values[name];
    if (value === undefined || value === '') throw new Error(`no value for ${found} in ${path}`);
    return value;
  });
}

/** What is sent with a POST: complete, so that it is refused for who sends it and not for what. */
const BODIES: Readonly<Record<string, () => object>> = {
  '/api/v1/partnerships': () => ({
    lead: world.council.id,
    organisations: [world.council.id, world.trust.id],
    form: { title: 'Taken', purpose: 'Taken' },
  }),
  '/api/v1/instances': () => ({
    workflow: 'dispute',
    partnership: world.shelter.id,
    form: { subject: 'Taken' },
  }),
  '/api/v1/instances/:instance/events': () => ({ event: 'WITHDRAW', fields: {} }),
  '/api/v1/instances/:instance/corrections': () => ({ changes: { title: 'X' }, reason: 'Y' }),
};

interface Answered {
  readonly letIn: boolean;
  readonly status: number;
  readonly text: string;
}

async function ask(who: Who, route: KnownRoute, instance: string): Promise<Answered> {
  const path = pathOf(route, instance);
  const post = route.method === 'post';
  if (!route.path.startsWith('/api/v1')) {
    const browser = browsers.get(who) ?? server.browser();
    const fields = { _step: 'send', confirm: 'yes', all: 'yes', name: 'Taken' };
    const answer = post ? await browser.post(path, fields) : await browser.get(path);
    return answered(answer.status, answer.text, answer.location);
  }
  const upload = route.path.endsWith('/uploads');
  const body = upload ? 'bytes' : JSON.stringify(BODIES[route.path]?.());
  const answer = await fetch(`${server.url}${path}${upload ? '?name=a.txt' : ''}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${tokens.get(who) ?? 'none'}`,
      'content-type': upload ? 'application/octet-stream' : 'application/json',
    },
    ...(post ? { body } : {}),
  });
  return answered(answer.status, await answer.text(), null);
}

function answered(status: number, text: string, location: string | null): Answered {
  const refused = [401, 403, 404].includes(status) || location?.startsWith('/sign-in') === true;
  return { letIn: !refused, status, text };
}

/** Everything that somebody could have changed. */
async function whatIsKept(): Promise<string> {
  const { store } = server.services;
  const instances = await store.commits.instances({ limit: 1_000 });
  const heads = await Promise.all(instances.map((id) => store.commits.head(id)));
  const { directory } = store;
  return JSON.stringify({
    heads: heads.map((head) => head?.hash),
    people: await directory.people(),
    organisations: await directory.organisations(),
    partnerships: await directory.partnerships(),
    members: await directory.members(world.shelter.id),
    installation: await store.installation.get(),
    tokens: await store.installation.tokens(),
    links: await store.links.listByInstance(world.dispute),
    documents: await store.documents.listByInstance(world.dispute),
    mails: (await store.mails.list({ limit: 500 })).mails.length,
  });
}

const isLink = ({ path }: KnownRoute): boolean => path.startsWith('/l/');

test('of every route it is said here who is let in, and nothing is said of a route that is gone', () => {
  const known = routes
    .filter((route) => !isLink(route))
    .map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(known)].sort()).toEqual(Object.keys(LET_IN).sort());
});

test('every route lets in whom it should, tells nobody else anything, and lets nobody else do anything', async () => {
  const page = await browsers.get('executive')?.get(`/l/${LINK_TOKEN}`);
  expect([200, 410]).toContain(page?.status);
  const before = await whatIsKept();
  const wrong: string[] = [];
  for (const route of routes.filter((one) => !isLink(one))) {
    const name = `${route.method} ${route.path}`;
    const rule = LET_IN[name] ?? 'everybody';
    const records = /\/instances\/:/u.test(route.path)
      ? [world.issue, world.dispute]
      : [world.issue];
    for (const instance of records) {
      const confidential = instance === world.dispute;
      const audience = typeof rule === 'string' ? rule : rule[confidential ? 1 : 0];
      const allowed: readonly Who[] = AUDIENCES[audience];
      const exact = !AT_MOST.test(name);
      for (const who of EVERYBODY) {
        const theirs = allowed.includes(who);
        // What those who may do something do by it, other tests hold.
        if (route.method === 'post' && theirs) continue;
        const { letIn, status, text } = await ask(who, route, instance);
        const of = `${who} ${name}${confidential ? ' (confidential)' : ''}: ${status}`;
        if (letIn !== theirs && (exact || letIn)) wrong.push(of);
        if (status >= 500) wrong.push(of);
        for (const secret of NEVER_TOLD[who]) {
          if (text.includes(secret)) wrong.push(`${of} tells “${secret}”`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(await whatIsKept()).toBe(before);
}, 240_000);

test('a personal link opens its own record alone, whatever stands behind it in the address', async () => {
  const before = await whatIsKept();
  const browser = server.browser();
  for (const route of routes.filter(isLink)) {
    for (const instance of [world.issue, world.dispute]) {
      const own = pathOf({ ...route, path: route.path.replace(':token', LINK_TOKEN) }, instance);
      const fields = { confirmName: 'Pat Lowe', _step: 'send' };
      const post = route.method === 'post' && /:event|documents/u.test(route.path);
      if (route.method === 'post' && !post) continue;
      const answer = post ? await browser.post(own, fields) : await browser.get(own);
      expect(answer.status).toBeLessThan(500);
      for (const secret of [DISPUTE, ISSUE]) expect(answer.text).not.toContain(secret);
      const unknown = own.replace(LINK_TOKEN, 'no-such-token');
      const refused = post ? await browser.post(unknown, fields) : await browser.get(unknown);
      expect([404, 429]).toContain(refused.status);
    }
  }
  expect(await whatIsKept()).toBe(before);
});
