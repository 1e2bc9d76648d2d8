import { expect } from 'vitest';
import { readCommit } from '../../server/runtime/head.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { readOutbox } from '../support/read-outbox.ts';
import type { TestServer } from '../support/test-server.ts';

/** The round is over, nothing is there twice, and every mail went out once. */
export async function expectWholeStory(server: TestServer, instance: string): Promise<void> {
  const { store } = server.services;
  expect((await verifyStore(store)).findings).toEqual([]);
  const history = (await store.commits.history(instance, { limit: 1_000 })).map(readCommit);
  const data = history.at(-1)?.snapshot.data;
  expect(history.at(-1)?.snapshot.status).toBe('done');
  expect(data?.['approvals']).toHaveLength(2);
  expect(data?.['notes']).toHaveLength(1);
  expect(data?.['errands']).toHaveLength(1);
  expect(history.at(-1)?.snapshot.children).toHaveLength(1);
  expect(await store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
  const now = server.clock.now();
  const left = await store.tasks.list({ state: 'due', limit: 99 });
  expect(left.filter(({ dueAt }) => dueAt <= now)).toEqual([]);
  // Approval asked of two, the errand told to one manager, its end to two.
  const about = (await readOutbox(server.outbox)).filter(({ text }) => text?.includes('A van'));
  expect(about).toHaveLength(5);
}
