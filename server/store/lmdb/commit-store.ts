import type { AppendInput, AppendResult, CommitStore, PersonalValue } from '../commit-store.ts';
import type { StoredCommit } from '../commit.ts';
import type { Page, PageAsk } from '../page.ts';
import { damagedCommit } from '../checked-commit.ts';
import { createKnownHeads } from '../known-heads.ts';
import { planBehind } from './behind.ts';
import {
  type CommitKeyKind,
  commitKey,
  commitText,
  headText,
  readCommit,
  readHead,
  unpackCommit,
} from './instance-table.ts';
import { LAST_INSTANT, LAST_TEXT } from './key.ts';
import { planLink, planLinkMarks, standingMark } from './link-record.ts';
import type { Projector } from './projector.ts';
import { planRowIndex } from './row-index.ts';
import { storeError } from './store-error.ts';
import {
  getJson,
  getText,
  parseRecord,
  type RecordTable,
  requireSoundBeside,
  type Tables,
} from './tables.ts';
import { planTaskChanges } from './task-index.ts';
import type { WritePlan, Writer } from './writer.ts';

export function createLmdbCommitStore(
  tables: Tables,
  writer: Writer,
  directory: string,
  projector: Projector,
): CommitStore {
  const personal: RecordTable<PersonalValue> = tables.instances;
  const knownHeads = createKnownHeads();

  const guarded = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw storeError(error, directory);
    }
  };

  const read = (instance: string, seq: number) => readCommit(tables, instance, seq);

  function findByKey(kind: CommitKeyKind, instance: string, key: string) {
    const place = commitKey(instance, kind, key);
    const seq = getText(tables.instances, place);
    if (seq !== undefined) return read(instance, Number(seq));
    requireSoundBeside(tables.instances, place);
    return undefined;
  }

  function nextInstance(after: string | undefined): string | undefined {
    // from the last key of one instance to the first of the next
    const start = after === undefined ? {} : { start: [after, LAST_TEXT] };
    const [next] = tables.instances.getKeys({ ...start, limit: 1 });
    return next === undefined ? undefined : String((next as readonly unknown[])[0]);
  }

  /** Personal values lie beside each instance's commits: from one instance to the next. */
  function allPersonal({ after, limit }: PageAsk): Page<PersonalValue> {
    const place = after === undefined ? undefined : (JSON.parse(after) as [string, string]);
    const records: PersonalValue[] = [];
    let [instance, id]: [string | undefined, string?] = place ?? [nextInstance(undefined)];
    for (; instance !== undefined; instance = nextInstance(instance), id = undefined) {
      const range = personal.getRange({
        start: [instance, 'personal', id ?? ''],
        end: [instance, 'personal', LAST_TEXT],
        exclusiveStart: id !== undefined,
        limit: limit - records.length,
      });
      for (const { key, value } of range) records.push(parseRecord(personal, value, key));
      if (records.length === limit) {
        return { records, next: JSON.stringify([instance, records.at(-1)?.id]) };
      }
    }
    return { records, next: null };
  }

  return {
    append: async (input) => {
      knownHeads.forget(input.commit.instance);
      const { at, commit, projection } = input;
      projector.expect(commit.instance, commit.hash, { at, changes: projection.tasks });
      let result: AppendResult;
      try {
        result = await writer.write('append', (plan) => decideAppend(tables, input, plan));
      } finally {
        // also where it failed: it may have been kept all the same
        projector.fellBehind();
      }
      if (result.kind === 'committed') knownHeads.remember(commit);
      return result;
    },

    copy: async (commits) => {
      // in this order, and most of them in one transaction
      await Promise.all(
        commits.map((input) =>
          writer.write('copy', (plan) => {
            const { instance, seq } = input.commit;
            const { kind } = decideAppend(tables, input, plan, { copied: true });
            if (kind === 'conflict') throw damagedCommit(instance, seq, 'does not follow');
          }),
        ),
      );
    },

    head: async (instance, { orKnown } = { orKnown: false }) => {
      const known = orKnown ? knownHeads.get(instance) : undefined;
      if (known !== undefined) return known;
      return guarded(() => {
        const head = readHead(tables, instance);
        if (head === undefined) return undefined;
        const commit = read(instance, head.seq);
        if (commit === undefined || commit.hash !== head.hash) {
          throw damagedCommit(instance, head.seq, 'is missing or is not the one that was kept');
        }
        return commit;
      });
    },

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
          commits.push(unpackCommit(instance, Number((key as readonly unknown[])[1]), value));
        }
        return commits;
      }),

    instances: async ({ after, limit }) =>
      guarded(() => {
        const ids: string[] = [];
        while (ids.length < limit) {
          const next = nextInstance(ids.at(-1) ?? after);
          if (next === undefined) break;
          ids.push(next);
        }
        return ids;
      }),

    personal: async (instance, ids) =>
      guarded(() => {
        const values: PersonalValue[] = [];
        for (const id of ids) {
          const value = getJson(personal, [instance, 'personal', id]);
          if (value === undefined) requireSoundBeside(personal, [instance, 'personal', id]);
          else values.push(value);
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

    allPersonal: async (page) => guarded(() => allPersonal(page)),

    copyPersonal: (values) =>
      writer.write('copy', (plan) => {
        for (const value of values) {
          plan.putJson(personal, [value.instance, 'personal', value.id], value);
        }
      }),
  };
}

/**
 * All that one commit brings, in one transaction: it is there whole or not at all. Lists and tasks
 * follow (see Projector), except those of a copy, which nobody waits for.
 */
function decideAppend(
  tables: Tables,
  input: AppendInput,
  plan: WritePlan,
  { copied = false } = {},
): AppendResult {
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
  // the links of a copy come after its commits
  if (projection.spends !== null && !copied) {
    const mark = standingMark(tables, projection.spends);
    if (mark !== undefined) return { kind: 'conflict', over: 'link', seq: mark.seq };
  }
  const head = readHead(tables, instance);
  if (seq !== (head?.seq ?? 0) + 1) return { kind: 'conflict', over: 'seq', seq: head?.seq ?? 0 };

  plan.putHashed(tables.instances, [instance, seq], commitText(commit));
  plan.put(tables.instances, [instance, 'head'], headText(seq, commit.hash, projection.row));
  if (copied) {
    planRowIndex(tables, plan, head?.row, projection.row);
    planTaskChanges(tables, plan, [{ at: input.at, changes: projection.tasks }]);
  } else planBehind(tables, plan, instance, head);
  for (const link of input.links ?? []) planLink(tables, plan, link);
  planLinkMarks(tables, plan, input);
  for (const value of input.personal) {
    plan.putJson(personal, [instance, 'personal', value.id], value);
  }
  return { kind: 'committed' };
}
