import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { myWork, type WorkItem } from '../../../server/use-cases/my-work.ts';
import type { Person } from '../../../server/store/directory.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { presentWork } from '../../../web/presenters/work-page.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

describe('my work', () => {
  let server: TestServer;
  let world: SampleWorld;

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
  });
  afterAll(async () => {
    await server.stop();
  });

  /** "label @ instance" of what waits for somebody. */
  async function waiting(person: Person): Promise<readonly string[]> {
    const { services } = server;
    const { items } = await myWork(services, as(person));
    return items.map(({ label, instance }) => `${label} @ ${instance}`);
  }

  test('says what waits for each, overdue first, and nothing that anybody can do at any time', async () => {
    expect(await waiting(world.lead)).toEqual([
      `Secure money and resources @ ${world.shelter.instance}`,
      `Look at the readiness of each organisation @ ${world.shelter.instance}`,
      expect.stringMatching(/^Ready: Is your organisation ready to try new ways/u),
      expect.stringContaining(world.agreement),
    ]);
    expect(await waiting(world.observer)).toEqual([]);
    expect(await waiting(world.practitioner)).toEqual([]);
    // Others may record that an issue is solved; the coordinator is the one who is waited for.
    expect(await waiting(server.administrator)).toContain(
      `Refer it to the second-tier group @ ${world.issue}`,
    );
  });

  test('a step waits for the person who was named for it', async () => {
    const step = `Agree on local needs, goals and the model of service @ ${world.shelter.instance}`;
    expect(await waiting(world.trustManager)).toContain(step);
    expect(await waiting(world.lead)).not.toContain(step);
  });

  test('an organisation is asked once, until it has answered', async () => {
    const { services, worker } = server;
    const review = await startReview(server, world);
    const item = `Give the position of your organisation @ ${review}`;
    expect(await waiting(world.trustManager)).toContain(item);
    expect(await waiting(world.observer)).not.toContain(item);
    await sendEvent(services, as(world.trustManager), {
      instance: review,
      event: 'GIVE_POSITION',
      fields: { position: 'continue', reasons: 'It works.' },
    });
    await worker.drain();
    expect(await waiting(world.trustManager)).not.toContain(item);
    expect(await waiting(world.lead)).toContain(item);
  });

  test('whoever looks after all is asked where a partnership has no coordinator, or others let it pass', async () => {
    const { services, administrator } = server;
    const { directory } = services.store;
    const second = {
      ...administrator,
      id: 'AAAAAAAAAAAAAAAAAAAA',
      email: 'second@northshire.example',
    };
    await directory.putPerson(second);
    expect(await waiting(second)).toEqual([]);
    const [own] = (await directory.members(world.elsewhere.id)).filter(
      ({ person }) => person === administrator.id,
    );
    await directory.removeMembership(world.elsewhere.id, administrator.id);
    // The lead of that partnership is there, and nothing is overdue.
    expect(await waiting(second)).toEqual([]);
    await directory.removeMembership(world.elsewhere.id, world.stranger.id);
    expect(await waiting(world.stranger)).toEqual([]);
    expect(await waiting(second)).toEqual([
      `Look at the readiness of each organisation @ ${world.elsewhere.instance}`,
    ]);
    if (own) await directory.putMembership(own);
  });

  test('the page groups by date, leads to what is done, and shows no ids', async () => {
    const page = await (await server.signIn(world.lead)).get('/work');
    expect(page.text.indexOf('Overdue')).toBeLessThan(page.text.indexOf('Due in the next four'));
    expect(page.text).toContain(`/instances/${world.shelter.instance}/do/RECORD_FUNDING`);
    expect(page.text).toContain('Readiness: Northshire Council');
    expect(page.text).not.toContain(`Readiness: ${world.council.id}`);
    const nothing = await (await server.signIn(world.observer)).get('/work');
    expect(nothing.text).toContain('Nothing waits for you');
  });

  test('the first page leads on: to sign in, to the work, or to set-up', async () => {
    expect((await server.browser().get('/')).location).toBe('/sign-in');
    expect((await server.browser().get('/work')).location).toBe('/sign-in?to=%2Fwork');
    expect((await (await server.signIn(world.lead)).get('/')).location).toBe('/work');
    const fresh = await startTestServer({ setUp: false });
    const page = await fresh.browser().get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('has not been set up yet');
    expect(page.text).toContain('printed a link');
    await fresh.stop();
  });
});

/** A review of the partnership, planned and opened by its lead. */
async function startReview(server: TestServer, world: SampleWorld): Promise<string> {
  const { services, worker } = server;
  await sendEvent(services, as(world.lead), {
    instance: world.shelter.instance,
    event: 'CALL_REVIEW',
    fields: { reviewDate: '2026-05-29', reviewReason: 'Is it working?' },
  });
  await worker.drain();
  const { rows } = await services.store.instances.list({
    partnership: world.shelter.id,
    workflow: 'review',
    limit: 1,
  });
  const review = rows[0];
  if (!review) throw new Error('no review was planned');
  if (review.state === 'planned') {
    await sendEvent(services, as(world.lead), {
      instance: review.id,
      event: 'OPEN_NOW',
      fields: { openReason: 'Asked for' },
    });
    await worker.drain();
  }
  return review.id;
}

test('each part of my work says how many there are on all pages, whichever page is looked at', () => {
  const item = (n: number, dueAt: string | null, overdue: boolean): WorkItem => ({
    instance: `record-${n}`,
    title: `Record ${n}`,
    stateTitle: 'Open',
    partnership: { id: 'p', title: 'Night shelter' },
    label: 'Answer',
    others: 0,
    event: 'ANSWER',
    dueAt,
    overdue,
  });
  const many = (count: number, dueAt: string | null, overdue: boolean): readonly WorkItem[] =>
    Array.from({ length: count }, (_, n) => item(n, dueAt, overdue));
  const all = [
    ...many(70, '2026-03-01T00:00:00.000Z', true),
    ...many(40, '2026-04-01T00:00:00.000Z', false),
    ...many(10, '2026-09-01T00:00:00.000Z', false),
    ...many(30, null, false),
  ];
  const clock = { now: '2026-03-23T09:00:00.000Z', timeZone: 'Europe/London' };
  const pageOf = (page: number) => {
    const { groups, folded } = presentWork(all, { names: new Map(), clock, page });
    return [...groups, ...folded].map(({ title, count, table }) => [
      title,
      count,
      table.rows.length,
    ]);
  };
  expect(pageOf(1)).toEqual([['Overdue', 70, 50]]);
  expect(pageOf(2)).toEqual([
    ['Overdue', 70, 20],
    ['Due in the next four weeks', 40, 30],
  ]);
  expect(pageOf(3)).toEqual([
    ['Due in the next four weeks', 40, 10],
    ['Open, without a date', 30, 30],
    ['Due later', 10, 10],
  ]);
});
