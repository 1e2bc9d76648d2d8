import { expect } from 'vitest';
import { canonicalJson } from '../../../server/canonical-json.ts';
import { loadHead, scopeAtHead } from '../../../server/runtime/head.ts';
import { projectCommit } from '../../../server/runtime/project-commit.ts';
import { sha256 } from '../../../server/sha256.ts';
import type { Commit } from '../../../server/store/commit.ts';
import type { Scene } from './scene.ts';

/** A commit as a version would have made it that knew another calendar, by which it was due earlier. */
export async function withOlderCalendar({ services }: Scene, instance: string, dueAt: string) {
  const head = await loadHead(services.store, services.workflows, instance);
  if (!head) throw new Error('it is not there');
  const { commit, stored, workflow } = head;
  const older: Commit = {
    ...commit,
    seq: stored.seq + 1,
    previous: stored.hash,
    calendar: 'GB-ENG 0.0.1',
    idempotency: null,
    timers: commit.timers.map((timer) => ({ ...timer, dueAt })),
    tasks: [],
  };
  const text = canonicalJson(older);
  const hash = sha256(text);
  const projection = projectCommit(older, hash, workflow, scopeAtHead(head, commit.at));
  const appended = await services.store.commits.append({
    commit: { instance, seq: older.seq, hash, text },
    at: older.at,
    idempotencyKey: null,
    signalKey: null,
    projection,
    personal: [],
  });
  expect(appended).toEqual({ kind: 'committed' });
  return older.seq;
}
