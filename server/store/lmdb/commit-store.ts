import type { AppendInput, AppendResult, CommitStore, PersonalValue } from '../commit-store.ts';
import type { StoredCommit } from '../commit.ts';
import { checkedCommit, damagedCommit } from '../checked-commit.ts';
import { type CommitKeyKind, commitKey, headText, readHead } from './instance-table.ts';
import { LAST_INSTANT, LAST_TEXT } from './key.ts';
import { planLink, planLinkMarks, standingMark } from './link-record.ts';
import { planRowIndex } from './row-index.ts';
import { storeError } from './store-error.ts';
import { getJson, getText, type RecordTable, type Tables } from './tables.ts';
import { planTaskChanges } from './task-index.ts';
import type { WritePlan, Writer } from './writer.ts';

const HASH_LENGTH = 64;

export function createLmdbCommitStore(
  tables: Tables,
  writer: Writer,
  directory: string,
): CommitStore {
  const personal: RecordTable<PersonalValue> = tables.instances;

  const guarded = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw storeError(error, directory);
    }
  };

  function read(instance: string, seq: number): StoredCommit | undefined {
    const stored = tables.instances.get([instance, seq]);
    return stored === undefined ? undefined : unpack(instance, seq, stored);
  }

  function findByKey(kind: CommitKeyKind, instance: string, key: string) {
    const seq = getText(tables.instances, commitKey(instance, kind, key));
    return seq === undefined ? undefined : read(instance, Number(seq));
  }

  return {
    append: (input) => writer.write('append', (plan) => decideAppend(tables, input, plan)),

    head: async (instance) =>
      guarded(() => {
        const head = readHead(tables, instance);
        if (head === undefined) return undefined;
        const commit = read(instance, head.seq);
        if (commit === undefined || commit.hash !== head.hash) {
          throw damagedCommit(instance, head.seq, 'is missing or is not the one that was kept');
        }
        return commit;
      }),

    get: async (instance, seq) => guarded(() => read(instance, seq)),

    findByIdempotencyKey: async (instance, key) =>
      guarded(() => findByKey('idempotency', instance, key)),

    findBySignalKey: async (instance, key) => guarded(() => findByKey('signal', instance, key)),

    history: async (instance, { fromSeq, limit, newestFirst = false }) =>
      guarded(() => {
        const range = newestFirst
          ? { start: [instance, fromSeq ?? LAST_INSTANT], end: [instance, 0], reverse: true }
          : { start: [instance, fromSeq ?? 0], end: [instance, LAST_INSTANT] };
        const commits: StoredCommit[] = [];
        for (const { key, value } of tables.instances.getRange({ ...range, limit })) {
          commits.push(unpack(instance, Number((key as readonly unknown[])[1]), value));
        }
        return commits;
      }),

    instances: async ({ after, limit }) =>
      guarded(() => {
        const ids: string[] = [];
        // from the last key of one instance to the first of the next
        for (let last = after; ids.length < limit; last = ids.at(-1)) {
          const start = last === undefined ? {} : { start: [last, LAST_TEXT] };
          const [next] = tables.instances.getKeys({ ...start, limit: 1 });
          if (next === undefined) break;
          ids.push(String((next as readonly unknown[])[0]));
        }
        return ids;
      }),

    personal: async (instance, ids) =>
      guarded(() => {
        const values: PersonalValue[] = [];
        for (const id of ids) {
          const value = getJson(personal, [instance, 'personal', id]);
          if (value !== undefined) values.push(value);
        }
        return values;
      }),

    erasePersonal: (instance, ids) =>
      writer.write('erase-personal', (plan) => {
        for (const id of ids) {
          if (personal.get([instance, 'personal', id]) === undefined) continue;
          plan.putJson(personal, [instance, 'personal', id], {
            id,
            instance,
            salt: '',
            value: null,
          });
        }
      }),
  };
}

/** All that one commit brings, in one transaction: it is there whole or not at all. */
function decideAppend(tables: Tables, input: AppendInput, plan: WritePlan): AppendResult {
  const personal: RecordTable<PersonalValue> = tables.instances;
  const { commit, projection, idempotencyKey, signalKey } = input;
  const { instance, seq } = commit;

  for (const [over, key] of [
    ['idempotency', idempotencyKey],
    ['signal', signalKey],
  ] as const) {
    if (key === null) continue;
    const taken = getText(tables.instances, commitKey(instance, over, key));
    if (taken !== undefined) return { kind: 'conflict', over, seq: Number(taken) };
    plan.put(tables.instances, commitKey(instance, over, key), String(seq));
  }
  if (projection.spends !== null) {
    const mark = standingMark(tables, projection.spends);
    if (mark !== undefined) return { kind: 'conflict', over: 'link', seq: mark.seq };
  }
  const head = readHead(tables, instance);
  if (seq !== (head?.seq ?? 0) + 1) return { kind: 'conflict', over: 'seq', seq: head?.seq ?? 0 };

  plan.putHashed(tables.instances, [instance, seq], commit.hash + commit.text);
  plan.put(tables.instances, [instance, 'head'], headText(seq, commit.hash, projection.row));
  planRowIndex(tables, plan, head?.row, projection.row);
  planTaskChanges(tables, plan, projection.tasks, input.at);
  for (const link of input.links ?? []) planLink(tables, plan, link);
  planLinkMarks(tables, plan, input);
  for (const value of input.personal) {
    plan.putJson(personal, [instance, 'personal', value.id], value);
  }
  return { kind: 'committed' };
}

function unpack(instance: string, seq: number, stored: string): StoredCommit {
  const hash = stored.slice(0, HASH_LENGTH);
  return checkedCommit({ instance, seq, hash, text: stored.slice(HASH_LENGTH) });
}
