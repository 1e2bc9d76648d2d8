import { sha256 } from '../../server/sha256.ts';
import type { Store } from '../../server/store/store.ts';
import { appendNext } from '../contracts/store-contract.ts';
import { minute, syntheticLink, syntheticTask } from './synthetic-commit.ts';

/** Puts something of every kind that there is into a store. */
export async function fillStore(store: Store, instances = 12): Promise<void> {
  const about = { mediaType: 'text/plain', createdAt: minute(0), partnership: 'p1' };
  for (let n = 0; n < instances; n++) {
    const instance = `i${n}`;
    const { hash } = await store.documents.put(Buffer.from(`agreement ${n}`), {
      ...about,
      name: `${n}.txt`,
      instance,
    });
    const mou = { title: 'MOU', html: hash, pdf: hash, text: hash, manifest: '', at: minute(1) };
    await appendNext(store, instance, {
      documents: { mou },
      idempotencyKey: `key ${n}`,
      note: `Łódź, Ŵyn, Ελένη, 👍 ${n}`,
      tasks: [1, 2, 3].map((task) => ({
        change: 'add',
        task: syntheticTask({ id: `${instance}:1:${task}`, instance, dueAt: minute(task) }),
      })),
      personal: [{ id: `v${n}`, instance, salt: 'salt', value: `"${instance}"` }],
      links: [syntheticLink({ id: `l${n}`, instance })],
    });
    await appendNext(store, instance, { documents: { mou }, spends: `l${n}` });
    if (n % 3 === 0) {
      await appendNext(store, instance, {
        documents: { mou },
        tasks: [{ change: 'cancel', id: `${instance}:1:3` }],
        row: { status: 'done' },
      });
    }
    await store.mails.put({
      messageId: `<${n}@concordat>`,
      at: minute(n % 5),
      person: 'ada',
      to: 'ada@example.org',
      subject: 'Please sign',
      text: 'text',
      html: '<p>text</p>',
      instance,
      partnership: 'p1',
      task: `${instance}:1:1`,
      tries: 1,
      outcome: n % 4 === 0 ? 'failed' : 'sent',
      error: n % 4 === 0 ? 'busy' : null,
    });
  }
  await store.commits.erasePersonal('i1', ['v1']);
  const claimed = await store.tasks.claim({ now: minute(1), limit: 4, owner: 'w', leaseMs: 9_000 });
  for (const { id } of claimed.slice(1)) await store.tasks.complete(id, 1, minute(2));
  await store.links.put(syntheticLink({ id: 'sign-in', purpose: 'sign-in', instance: null }));
  await store.directory.putOrganisation({ id: 'o1', name: 'O', kind: 'nhs', createdAt: minute(0) });
  const person = { organisation: 'o1', administrator: false, coordinator: true, disabledAt: null };
  for (const id of ['ada', 'eve']) {
    const email = `${id}@example.org`;
    await store.directory.putPerson({ ...person, id, name: id, email, createdAt: minute(0) });
    const member = { partnership: 'p1', person: id, organisation: 'o1', roles: ['lead'] };
    await store.directory.putMembership({ ...member, authority: null, since: minute(0) });
  }
  await store.directory.putPartnership({
    id: 'p1',
    title: 'Falls',
    lead: 'o1',
    organisations: ['o1'],
    instance: 'i0',
    createdAt: minute(0),
  });
  const definition = { id: 'dispute', version: 1, hash: 'h', text: '{}', publishedAt: minute(0) };
  await store.definitions.publish(definition);
  await store.installation.put({
    name: 'Concordat',
    organisation: 'o1',
    timeZone: 'Europe/London',
    region: 'GB-ENG',
    currency: 'GBP',
    setUpAt: minute(0),
    workflowSettings: { dispute: { days: 5 } },
  });
  const token = { id: 't1', hash: sha256('secret'), person: 'ada', label: 'script' };
  const lasting = { createdAt: minute(0), expiresAt: null, revokedAt: null };
  await store.installation.putToken({ ...token, ...lasting });
  await store.work.putPiece('export', 0, Buffer.from('a file'));
  await store.work.put({
    id: 'export',
    kind: 'export',
    partnership: 'p1',
    startedBy: 'ada',
    startedAt: minute(0),
    updatedAt: minute(1),
    expiresAt: minute(10_000),
    state: 'done',
    step: '',
    done: 1,
    total: 1,
    problem: null,
    result: { kind: 'export', name: 'x.zip', size: 6, pieces: 1, records: 1, leftOut: 0 },
  });
}
