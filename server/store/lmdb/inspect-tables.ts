import type { Key } from 'lmdb';
import { breathe } from '../../breathe.ts';
import { isDamaged } from '../damaged.ts';
import { addressKey } from '../email-address.ts';
import type { ApiToken } from '../installation-store.ts';
import type { DocumentInfo } from '../document-store.ts';
import type { Membership, Person } from '../directory.ts';
import type { InstanceRow } from '../instance-row.ts';
import { instantKey } from '../instant-key.ts';
import type { LinkRecord } from '../link.ts';
import type { SentMail } from '../mail-store.ts';
import type { LongWork } from '../work-store.ts';
import type { Root } from './environment.ts';
import { type Behind, behindOf } from './behind.ts';
import { rowOfHead } from './instance-table.ts';
import { linkKeys } from './link-record.ts';
import { mailKeys } from './mail-store.ts';
import { countKeys, rowKeys } from './row-index.ts';
import { unseal } from './seal.ts';
import { sessionKey, type StoredSession } from './session-store.ts';
import { parseRecord, type RecordTable, type Table, type Tables } from './tables.ts';
import type { FencedTask } from '../task.ts';
import { instanceKey, isOpen, placeOf } from './task-index.ts';
import { workKeys } from './work-store.ts';

const AT_ONCE = 500;

/**
 * What of the tables beside the histories is not as it was written, in plain English: every value
 * against its seal, and every index against the records it is made from, both ways (each record has
 * its entries, and there are as many entries as all records need). All as of one moment, while a
 * server may go on writing.
 */
export async function inspectTables(root: Root, tables: Tables): Promise<readonly string[]> {
  const transaction = root.useReadTransaction();
  const findings: string[] = [];
  const needed = new Map<Table, number>();
  const there = new Map<Table, number>();
  const counts = new Map<string, number>();

  /** `text` is what stands there, behind a seal unless it is empty. */
  function needs(index: Table, key: Key, text = ''): void {
    add(needed, index);
    const stored = index.get(key, { transaction });
    if (stored === undefined) findings.push(`the entry ${String(key)} of an index is missing`);
    else if ((stored === '' ? '' : unseal(key, stored)) !== text) {
      findings.push(`the entry ${String(key)} of an index names something else`);
    }
  }

  async function each(table: Table, look: (key: Key, stored: string) => void): Promise<void> {
    let looked = 0;
    try {
      for (const { key, value } of table.getRange({ transaction })) {
        reporting(() => look(key, value));
        looked += 1;
        if (looked % AT_ONCE === 0) await breathe();
      }
    } catch (error) {
      // a key that cannot be read ends the walk over its table
      note(error);
    }
  }

  function reporting(look: () => void): void {
    try {
      look();
    } catch (error) {
      note(error);
    }
  }

  function note(error: unknown): void {
    if (!isDamaged(error)) throw error;
    findings.push(error.message);
  }

  /** Every record of a table, read; `look` says which entries it needs elsewhere. */
  const records = <T>(
    table: RecordTable<T>,
    look: (record: T, key: readonly unknown[]) => void,
  ): Promise<void> =>
    each(table, (key, stored) => {
      look(parseRecord(table, stored, key), Array.isArray(key) ? key : [key]);
    });

  /** Every entry of an index: an empty one is counted, one with a text is read as well. */
  const entries = (index: Table) =>
    each(index, (key, stored) => {
      if (stored !== '') unseal(key, stored);
      add(there, index);
    });

  try {
    // what the lists have of those that are behind is what they had before
    const behind = new Map<string, InstanceRow | null>();
    await records<Behind>(behindOf(tables), ({ row }, [instance]) => {
      behind.set(String(instance), row);
    });
    await each(tables.instances, (key, stored) => {
      const [instance, kind] = key as readonly unknown[];
      if (typeof kind === 'number') return; // a commit, which the check of its history reads
      if (kind === 'task') {
        if (stored === '') add(there, tables.instances);
        else findings.push(`the entry ${String(key)} of an index holds something`);
        return;
      }
      const text = unseal(key, stored);
      if (kind !== 'head') return;
      const before = behind.get(String(instance));
      if (before === null) return; // not listed yet
      const row = before ?? rowOfHead(text);
      for (const place of rowKeys(row)) needs(tables.rowIndex, place);
      for (const counter of countKeys(row)) add(counts, JSON.stringify(counter));
    });
    await entries(tables.rowIndex);
    await each(tables.counts, (key, stored) => {
      const counted = counts.get(JSON.stringify(key)) ?? 0;
      counts.delete(JSON.stringify(key));
      if (Number(unseal(key, stored)) !== counted) {
        findings.push(`the count of ${String(key)} is not how many there are, ${counted}`);
      }
    });
    for (const key of counts.keys()) findings.push(`the count of ${key} is missing`);

    await records<FencedTask>(tables.tasks, (task) => {
      if (!isOpen(task.state)) return;
      needs(tables.taskIndex, placeOf(task));
      needs(tables.instances, instanceKey(task));
    });
    await entries(tables.taskIndex);

    await records<LinkRecord>(tables.links, (link) => {
      for (const place of linkKeys(link)) needs(tables.linkIndex, place, link.id);
    });
    await each(tables.linkIndex, (key, stored) => {
      unseal(key, stored);
      if ((key as readonly unknown[])[0] !== 'mark') add(there, tables.linkIndex);
    });

    await each(tables.directory, (key, stored) => {
      const [kind] = key as readonly unknown[];
      const text = unseal(key, stored);
      if (kind === 'email' || kind === 'membership') add(there, tables.directory);
      else if (kind === 'person') {
        const { id, email } = JSON.parse(text) as Person;
        needs(tables.directory, ['email', addressKey(email)], id);
      } else if (kind === 'member') {
        const { partnership, person } = JSON.parse(text) as Membership;
        needs(tables.directory, ['membership', person, partnership], text);
      }
    });

    await records<DocumentInfo>(tables.documents, ({ hash, createdAt, instance }) =>
      needs(tables.documentIndex, [instance ?? '', instantKey(createdAt), hash]),
    );
    await entries(tables.documentIndex);

    await records<SentMail>(tables.mails, (mail) => {
      for (const place of mailKeys(mail)) needs(tables.mailIndex, place);
    });
    await entries(tables.mailIndex);

    await records<unknown>(tables.definitions, () => undefined);

    await records<StoredSession>(tables.sessions, (session, [id]) =>
      needs(tables.sessionIndex, sessionKey(String(id), session)),
    );
    await entries(tables.sessionIndex);

    await records<LongWork>(tables.work, (work) => {
      for (const place of workKeys(work)) needs(tables.workIndex, place);
    });
    await entries(tables.workIndex);

    await each(tables.installation, (key, stored) => {
      const [kind] = key as readonly unknown[];
      const text = unseal(key, stored);
      if (kind === 'token-hash') add(there, tables.installation);
      if (kind !== 'token') return;
      const { id, hash } = JSON.parse(text) as ApiToken;
      needs(tables.installation, ['token-hash', hash], id);
    });

    for (const [name, index] of Object.entries(tables)) {
      const [count, right] = [there.get(index) ?? 0, needed.get(index) ?? 0];
      if (right !== count) {
        findings.push(`the index in ${name} has ${count} entries and should have ${right}`);
      }
    }
    return findings;
  } finally {
    transaction.done();
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
