import { isConcordatError } from '../../engine/errors.ts';
import type { Store } from '../../server/store/store.ts';
import { minute } from '../support/synthetic-commit.ts';

/** Records by what they are asked for by; what the store refuses to show is left out. */
export type WhatIsServed = ReadonlyMap<string, string>;

/** Everything that a store serves when it is asked for it, record by record. */
export async function readOfEverything(store: Store): Promise<WhatIsServed> {
  const served = new Map<string, string>();

  async function ask(read: () => Promise<unknown>, name: string): Promise<void> {
    try {
      const answer = await read();
      if (answer !== undefined) served.set(name, JSON.stringify(answer));
    } catch (error) {
      if (!isConcordatError(error) || error.code !== 'store-damaged') throw error;
    }
  }

  async function askAll<T>(
    read: () => Promise<readonly T[]>,
    nameOf: (record: T) => string,
  ): Promise<void> {
    try {
      for (const record of await read()) served.set(nameOf(record), JSON.stringify(record));
    } catch (error) {
      if (!isConcordatError(error) || error.code !== 'store-damaged') throw error;
    }
  }

  const { commits, instances, tasks, links, directory, mails } = store;
  for (let i = 0; i < 12; i += 1) {
    const instance = `i${i}`;
    await ask(() => commits.head(instance), `head ${instance}`);
    await ask(() => instances.get(instance), `row ${instance}`);
    await askAll(
      () => commits.history(instance, { limit: 100 }),
      ({ instance: of, seq }) => `commit ${of} ${seq}`,
    );
    await askAll(
      () => store.documents.listByInstance(instance),
      ({ hash }) => `document ${instance} ${hash}`,
    );
    await askAll(
      () => links.listByInstance(instance),
      ({ id }) => `link ${id}`,
    );
    for (let seq = 1; seq <= 12; seq += 1) {
      const id = `${instance}:${seq}:1`;
      await ask(() => commits.get(instance, seq), `commit ${instance} ${seq}`);
      const byKey = commits.findByIdempotencyKey(instance, `key ${seq}`);
      await ask(() => byKey, `by key ${instance} ${seq}`);
      await ask(() => commits.personal(instance, [`personal-${id}`]), `personal ${id}`);
      await ask(() => tasks.get(id), `task ${id}`);
      await ask(() => links.get(`link-${id}`), `link link-${id}`);
      await ask(() => mails.get(`<${id}@example.org>`), `mail <${id}@example.org>`);
    }
  }
  for (const state of ['due', 'parked'] as const) {
    await askAll(
      () => tasks.list({ state, limit: 1_000 }),
      ({ id }) => `task ${id}`,
    );
  }
  await askAll(
    async () => (await instances.list({ limit: 100 })).rows,
    ({ id }) => `row ${id}`,
  );
  await ask(() => instances.count({ status: 'active' }), 'count');
  await askAll(
    async () => (await mails.list({ limit: 1_000 })).mails,
    ({ messageId }) => `mail ${messageId}`,
  );
  for (let n = 0; n < 10; n += 1) {
    await ask(() => directory.person(`person${n}`), `person person${n}`);
    await ask(() => directory.personByEmail(`person${n}@example.org`), `email ${n}`);
    await ask(() => store.sessions.get(`session${n}`, minute(1)), `session ${n}`);
    await ask(() => store.installation.tokenByHash(`hash-of-token${n}`), `token token${n}`);
    await ask(() => store.work.get(`work${n}`), `work work${n}`);
  }
  await askAll(
    () => directory.people(),
    ({ id }) => `person ${id}`,
  );
  await askAll(
    () => directory.organisations(),
    ({ id }) => `organisation ${id}`,
  );
  await askAll(
    () => directory.members('p1'),
    ({ person }) => `member ${person}`,
  );
  await ask(() => directory.partnership('p1'), 'partnership');
  await ask(() => store.installation.get(), 'installation');
  await askAll(
    () => store.installation.tokens(),
    ({ id }) => `token ${id}`,
  );
  await askAll(
    () => store.definitions.list(),
    ({ id, version }) => `definition ${id} ${version}`,
  );
  await askAll(
    () => store.work.list({ kind: 'export', limit: 100 }),
    ({ id }) => `work ${id}`,
  );
  return served;
}
