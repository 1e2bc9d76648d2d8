import type { Store } from '../../server/store/store.ts';
import {
  minute,
  syntheticAppend,
  syntheticLink,
  syntheticTask,
} from '../support/synthetic-commit.ts';

const INSTANCES = 12;
const COMMITS = 12;
const PEOPLE = 10;

/** Puts something of every kind into a store: several pages of each table. */
export async function keepOfEverything(store: Store): Promise<void> {
  for (let n = 0; n < PEOPLE; n += 1) {
    await store.directory.putOrganisation({
      id: `o${n}`,
      name: `Organisation ${n}`,
      kind: 'council',
      createdAt: minute(0),
    });
    await store.directory.putPerson({
      id: `person${n}`,
      name: `Person ${n}`,
      email: `person${n}@example.org`,
      organisation: `o${n}`,
      administrator: false,
      coordinator: n === 0,
      createdAt: minute(0),
      disabledAt: null,
    });
    await store.directory.putMembership({
      partnership: 'p1',
      person: `person${n}`,
      organisation: `o${n}`,
      roles: ['signatory'],
      authority: 'Scheme of delegation, 4.2',
      since: minute(0),
    });
    await store.sessions.set(`session${n}`, { person: `person${n}` }, minute(10_000 + n));
    await store.installation.putToken({
      id: `token${n}`,
      hash: `hash-of-token${n}`,
      person: `person${n}`,
      label: 'Case system',
      createdAt: minute(n),
      expiresAt: null,
      revokedAt: null,
    });
    await store.work.put({
      id: `work${n}`,
      kind: 'export',
      partnership: 'p1',
      startedBy: 'person1',
      startedAt: minute(n),
      updatedAt: minute(n),
      expiresAt: minute(n + 10_000),
      state: 'running',
      step: 'Copying the records',
      done: n,
      total: PEOPLE,
      problem: null,
      result: null,
    });
    await store.definitions.publish({
      id: 'synthetic',
      version: n + 1,
      hash: '0'.repeat(64),
      text: `{"id":"synthetic","version":${n + 1}}`,
      publishedAt: minute(n),
    });
  }
  await store.directory.putPartnership({
    id: 'p1',
    title: 'Safe at home',
    lead: 'o0',
    organisations: ['o0', 'o1'],
    instance: 'i0',
    createdAt: minute(0),
  });
  await store.installation.put({
    name: 'Northshire Partnerships',
    organisation: 'o0',
    timeZone: 'Europe/London',
    region: 'GB-ENG',
    currency: 'GBP',
    setUpAt: minute(0),
    workflowSettings: { dispute: { daysPerLevel: 10 } },
  });
  for (let i = 0; i < INSTANCES; i += 1) await keepInstance(store, `i${i}`);
}

async function keepInstance(store: Store, instance: string): Promise<void> {
  let previous: string | null = null;
  for (let seq = 1; seq <= COMMITS; seq += 1) {
    const id = `${instance}:${seq}:1`;
    const link = syntheticLink({ id: `link-${id}`, instance, person: `person${seq % PEOPLE}` });
    const input = syntheticAppend({
      instance,
      seq,
      previous,
      // some fit on a page, some do not
      note: `What was decided in ${id}. `.repeat((seq * 37) % 250),
      idempotencyKey: `key ${seq}`,
      signalKey: `signal ${seq}`,
      row: { status: seq === COMMITS && instance === 'i1' ? 'done' : 'active', title: instance },
      tasks: [{ change: 'add', task: syntheticTask({ id, instance, seq, dueAt: minute(seq) }) }],
      personal: [{ id: `personal-${id}`, instance, salt: 'salt', value: `"Jane Roe ${seq}"` }],
      links: [link],
      ...(seq % 3 === 0 ? { spends: `link-${instance}:${seq - 1}:1` } : {}),
    });
    await store.commits.append(input);
    previous = input.commit.hash;
    await store.mails.put({
      messageId: `<${id}@example.org>`,
      at: minute(seq),
      person: `person${seq % PEOPLE}`,
      to: `person${seq % PEOPLE}@example.org`,
      subject: `Decided in ${id}`,
      text: `What was decided in ${id}.`,
      html: `<p>What was decided in ${id}.</p>`,
      instance,
      partnership: 'p1',
      task: id,
      tries: 1,
      outcome: 'sent',
      error: null,
    });
    await store.documents.put(Buffer.from(`The paper of ${instance}, ${seq % 4}`), {
      mediaType: 'text/plain',
      name: 'Paper',
      createdAt: minute(seq),
      partnership: 'p1',
      instance,
    });
  }
  const now = minute(5);
  const claimed = await store.tasks.claim({ now, limit: 4, owner: 'a', leaseMs: 60_000 });
  const [first, second] = claimed;
  if (first?.lease) await store.tasks.complete(first.id, first.lease.token, now);
  if (second?.lease) await store.tasks.park(second.id, second.lease.token, 'It did not work.');
}
