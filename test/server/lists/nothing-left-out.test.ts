import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyDue } from '../../../server/use-cases/list-due.ts';
import { recordsToName } from '../../../server/use-cases/choices.ts';
import { openRowsIn } from '../../../server/use-cases/open-rows-in.ts';
import { listParkedTasks } from '../../../server/use-cases/parked-tasks.ts';
import { readPartnership } from '../../../server/use-cases/read-partnership.ts';
import { readRegister, wholeRegister } from '../../../server/use-cases/read-register.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import type { InstanceRow } from '../../../server/store/instance-row.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const ANY = {
  text: '',
  state: '',
  status: '',
  partnership: '',
  overdue: false,
  sort: '',
  descending: false,
} as const;
const NAMES: ReadonlyMap<string, string> = new Map();

describe('what is read across many records', () => {
  let server: TestServer;
  let world: SampleWorld;
  /** All that there are of the partnership, as a store with small pages gives them. */
  let issues: readonly string[];

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    const raise = (partnership: string, title: string) =>
      startWorkflow(server.services, as(server.administrator), {
        workflow: 'systemic-issue',
        partnership,
        form: {
          title,
          kind: 'money',
          barrier: 'None',
          effectOnClients: 'None',
          tried: 'None',
          evidence: 'None',
        },
      });
    for (let n = 1; n <= 12; n += 1) {
      await raise(world.shelter.id, `Barrier ${n}`);
      await raise(world.elsewhere.id, `Barrier ${n}`);
    }
    // as if a store had more than it gives at once
    const { instances } = server.services.store;
    const list = instances.list.bind(instances);
    Object.assign(instances, {
      list: (filter: Parameters<typeof list>[0]) =>
        list({ ...filter, limit: Math.min(filter.limit, 5) }),
    });
    issues = (await openRowsIn(server.services))
      .filter(({ workflow }) => workflow === 'systemic-issue')
      .map(({ id }) => id);
  });
  afterAll(async () => {
    await server.stop();
  });

  async function fileOf(sort: string, most?: number): Promise<readonly InstanceRow[]> {
    const asker = as(server.administrator);
    const rows: InstanceRow[] = [];
    const filter = { ...ANY, sort };
    for await (const part of wholeRegister(
      server.services,
      asker,
      'systemic-issue',
      filter,
      NAMES,
      most,
    )) {
      rows.push(...part);
    }
    return rows;
  }

  test('the file of a register holds every record, also where there are more than can be put in order at once', async () => {
    expect(issues).toHaveLength(25);
    for (const sort of ['', 'title', 'next']) {
      for (const most of [undefined, 7]) {
        const ids = (await fileOf(sort, most)).map(({ id }) => id);
        expect(ids.toSorted(), `${sort} ${most}`).toEqual(issues.toSorted());
      }
    }
    const titles = (await fileOf('title')).map(({ title }) => title);
    expect(titles[0]).toContain('Barrier 1');
    expect(titles.at(-1)).toContain('No beds');
  });

  test('a page of a register says that records are left out, also where the cut falls between two partnerships', async () => {
    const read = (most: number, partnership = '') =>
      readRegister(
        server.services,
        as(world.lead),
        'systemic-issue',
        { ...ANY, sort: 'title', partnership },
        { limit: 50, names: NAMES, most },
      );
    const all = await read(5_000);
    expect(all.tooMany).toBe(false);
    expect(all.rows).toHaveLength(13);
    expect((await read(10)).tooMany).toBe(true);

    const { directory } = server.services.store;
    const [membership] = (await directory.members(world.shelter.id)).filter(
      ({ person }) => person === world.lead.id,
    );
    if (!membership) throw new Error('no membership');
    const both = { ...membership, partnership: world.elsewhere.id, organisation: world.trust.id };
    await directory.putMembership(both);
    expect((await read(5_000)).rows).toHaveLength(25);
    // the first partnership ends exactly here
    for (const exactly of [12, 13]) expect((await read(exactly)).tooMany).toBe(true);
    await directory.removeMembership(world.elsewhere.id, world.lead.id);
  });

  test('what is overdue or comes next is looked through before what is closed', async () => {
    const asked: unknown[] = [];
    const { instances } = server.services.store;
    const list = instances.list.bind(instances);
    Object.assign(instances, {
      list: (filter: Parameters<typeof list>[0]) => {
        asked.push(filter.status);
        return list(filter);
      },
    });
    await readRegister(
      server.services,
      as(server.administrator),
      'systemic-issue',
      { ...ANY, sort: 'next' },
      { limit: 5, names: NAMES },
    );
    expect(asked[0]).toBe('active');
    expect(asked.at(-1)).toBe('done');
    asked.length = 0;
    await readRegister(
      server.services,
      as(server.administrator),
      'systemic-issue',
      { ...ANY, overdue: true },
      { limit: 5, names: NAMES },
    );
    expect(new Set(asked)).toEqual(new Set(['active']));
    Object.assign(instances, { list });
  });

  test('the page of a partnership counts all of its records, and its dates are all of them', async () => {
    const view = await readPartnership(server.services, as(world.lead), world.shelter.id);
    const group = view.records.find(({ workflow }) => workflow === 'systemic-issue');
    expect(group?.rows).toHaveLength(13);
    const due = await everyDue(server.services, as(world.lead), world.shelter.id, 1);
    expect(due.tooMany).toBe(false);
    expect(new Set(due.items.map(({ row }) => row.id)).size).toBeGreaterThan(13);
  });

  test('records of others use up nothing of what is read for the dates', async () => {
    const asker = as(server.administrator);
    const all = await everyDue(server.services, asker);
    const { rows } = await server.services.store.instances.list({
      workflow: 'dispute',
      status: 'active',
      limit: 5,
    });
    // a dispute is for those in it alone
    expect(rows.length).toBeGreaterThan(0);
    expect(all.items.map(({ row }) => row.id)).not.toContain(rows[0]?.id);
    const open = (await openRowsIn(server.services)).filter(
      ({ workflow }) => workflow !== 'dispute',
    );
    const seen = await everyDue(server.services, asker, undefined, open.length);
    expect(seen.items).toEqual(all.items);
  });

  test('every open issue can be named as the main one, those of other partnerships by their partnership', async () => {
    const asker = as(server.administrator);
    const { services } = server;
    const rows = await recordsToName(services, asker, world.shelter.id, 'systemic-issue');
    expect(rows.map(({ id }) => id).toSorted()).toEqual(issues.toSorted());
    const browser = await server.signIn(server.administrator);
    const { text } = await browser.get(`/instances/${world.issue}/do/JOIN`);
    const options = [...text.matchAll(/<option value="\w{20}"[^>]*>([^<]+)</gu)].map(
      ([, one]) => one,
    );
    expect(options).toHaveLength(24);
    expect(options.filter((one) => one?.endsWith('(Safe at Home)'))).toHaveLength(12);
    expect(options.slice(0, 3)).toEqual([
      'Systemic issue: Barrier 1',
      'Systemic issue: Barrier 1 (Safe at Home)',
      'Systemic issue: Barrier 2',
    ]);
    expect(await recordsToName(services, as(world.stranger), null, 'systemic-issue')).toEqual([]);
  });

  test('parked tasks come a page at a time with how many there are, and all of them are tried again', async () => {
    const { tasks } = server.services.store;
    const list = tasks.list.bind(tasks);
    const [some] = (await tasks.list({ state: 'due', limit: 1 })) as [
      Awaited<ReturnType<typeof list>>[number],
    ];
    const parked = Array.from({ length: 60 }, (_, n) => ({
      ...some,
      id: `${some.instance}:1:${n}`,
      state: 'parked' as const,
      lastError: `Reason ${n}`,
    }));
    Object.assign(tasks, {
      list: (filter: Parameters<typeof list>[0]) =>
        filter.state === 'parked'
          ? Promise.resolve(filter.after === undefined ? parked : [])
          : list(filter),
    });
    const asker = as(server.administrator);
    const second = await listParkedTasks(server.services, asker, NAMES, 2);
    expect(second).toMatchObject({ total: 60, page: 2, pages: 3 });
    expect(second.tasks[0]?.reason).toBe('Reason 25');
    const browser = await server.signIn(server.administrator);
    const { text } = await browser.get('/parked-tasks?page=3');
    expect(text).toContain('60 tasks are parked, the oldest first.');
    expect(text).toContain('Reason 59');
    expect(text).toContain('Try all again');
    Object.assign(tasks, { list });
  });
});
