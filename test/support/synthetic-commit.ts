import { canonicalJson } from '../../server/canonical-json.ts';
import { sha256 } from '../../server/sha256.ts';
import type { Commit, StoredCommit } from '../../server/store/commit.ts';
import type { AppendInput } from '../../server/store/commit-store.ts';
import type { InstanceRow } from '../../server/store/instance-row.ts';
import type { LinkRecord } from '../../server/store/link.ts';
import type { Task, TaskChange } from '../../server/store/task.ts';

const START = Date.parse('2030-01-01T09:00:00.000Z');

/** An instant some minutes after the beginning of every test story. */
export function minute(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString();
}

export interface CommitMaking {
  readonly instance: string;
  readonly seq: number;
  readonly previous?: string | null;
  readonly at?: string;
  readonly note?: string;
  readonly row?: Partial<InstanceRow>;
  readonly tasks?: readonly TaskChange[];
  readonly documents?: Commit['snapshot']['documents'];
  readonly idempotencyKey?: string;
  readonly signalKey?: string;
  readonly spends?: string;
  readonly withdraws?: readonly string[];
  readonly personal?: AppendInput['personal'];
  readonly links?: readonly LinkRecord[];
  readonly cause?: Commit['cause'];
  readonly effects?: Commit['effects'];
}

/** A commit as the runtime would append it, with as little story as a store needs. */
export function syntheticAppend(making: CommitMaking): AppendInput {
  const { instance, seq, tasks = [] } = making;
  const at = making.at ?? minute(seq);
  const commit: Commit = {
    format: 1,
    instance,
    seq,
    at,
    definition: { id: 'synthetic', version: 1, hash: '0'.repeat(64) },
    openedAt: minute(0),
    engine: '1',
    calendar: '1',
    cause: making.cause ?? { kind: 'system' },
    by: null,
    idempotency:
      making.idempotencyKey === undefined
        ? null
        : { key: making.idempotencyKey, request: '0'.repeat(64) },
    event: { type: 'NOTE' },
    story: making.note ?? 'Something was written down.',
    origin: { partnership: 'p1', parent: null, timeZone: 'Europe/London', region: 'GB-ENG' },
    settings: {},
    snapshot: {
      status: making.row?.status ?? 'active',
      value: 'open',
      data: {},
      documents: making.documents ?? {},
      children: [],
      visits: {},
    },
    timers: [],
    effects: making.effects ?? [],
    tasks,
    previous: making.previous ?? null,
  };
  const text = canonicalJson(commit);
  const stored: StoredCommit = { instance, seq, text, hash: sha256(text) };
  return {
    commit: stored,
    at,
    idempotencyKey: making.idempotencyKey ?? null,
    signalKey: making.signalKey ?? null,
    projection: {
      row: syntheticRow({ id: instance, seq, hash: stored.hash, updatedAt: at, ...making.row }),
      tasks,
      spends: making.spends ?? null,
      withdraws: making.withdraws ?? [],
    },
    personal: making.personal ?? [],
    ...(making.links === undefined ? {} : { links: making.links }),
  };
}

function syntheticRow(row: Partial<InstanceRow> & { readonly id: string }): InstanceRow {
  return {
    seq: 1,
    hash: '0'.repeat(64),
    workflow: 'synthetic',
    version: 1,
    partnership: 'p1',
    parent: null,
    title: 'A synthetic instance',
    state: 'open',
    stateTitle: 'Open',
    status: 'active',
    outcome: null,
    banner: null,
    organisations: ['o1'],
    columns: {},
    nextDueAt: null,
    nextDueTitle: null,
    overdue: false,
    openedAt: minute(0),
    updatedAt: minute(0),
    ...row,
  };
}

export function syntheticTask(task: Partial<Task> & { readonly id: string }): Task {
  return {
    kind: 'notify',
    instance: 'i1',
    seq: 1,
    partnership: 'p1',
    dueAt: minute(0),
    detail: {},
    ...task,
  };
}

export function syntheticLink(link: Partial<LinkRecord> & { readonly id: string }): LinkRecord {
  return {
    purpose: 'decide',
    person: 'ada',
    organisation: 'o1',
    instance: 'i1',
    events: ['SIGN'],
    document: null,
    manifest: null,
    role: 'signatory',
    tokenHashes: [sha256(link.id)],
    needsCode: false,
    codeHash: null,
    codeExpiresAt: null,
    codeTries: 0,
    createdAt: minute(0),
    expiresAt: minute(10_000),
    state: 'open',
    replacedBy: null,
    usedAt: null,
    returnTo: null,
    ...link,
  };
}
