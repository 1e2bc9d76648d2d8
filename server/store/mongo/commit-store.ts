import mongoose, { type QueryFilter } from 'mongoose';
import { createKnownHeads } from '../known-heads.ts';
import { checkedCommit } from '../checked-commit.ts';
import type { CommitStore, PersonalValue } from '../commit-store.ts';
import type { StoredCommit } from '../commit.ts';
import { shortKey } from '../short-key.ts';
import { appendCommit } from './append-commit.ts';
import type { CommitDocument } from './commit-schema.ts';
import { copyCommits } from './copy-commits.ts';
import type { Database } from './database.ts';
import type { PersonalDocument } from './personal-schema.ts';
import { personalKey } from './project-personal.ts';
import type { Projector } from './projector.ts';
import { readPage } from './read-page.ts';
import { replaceDocuments } from './replace-documents.ts';

/** What the port shows of a commit. */
const SHOWN = { instance: 1, seq: 1, hash: 1, text: 1 } as const;

export function createMongoCommitStore(database: Database, projector: Projector): CommitStore {
  const { commits, instances, personal } = database.models;
  const knownHeads = createKnownHeads();

  function findOne(filter: QueryFilter<CommitDocument>): Promise<StoredCommit | undefined> {
    return database.read(async () => {
      const found = await commits.findOne(filter, SHOWN).lean();
      return found === null ? undefined : stored(found);
    });
  }

  return {
    append: (input) =>
      database.write(async () => {
        // also when nobody can say whether it was kept: the next one asks
        knownHeads.forget(input.commit.instance);
        const result = await appendCommit(database, projector, input);
        if (result.kind === 'committed') knownHeads.remember(input.commit);
        return result;
      }),
    copy: (commits) => database.write(() => copyCommits(database.models, commits)),

    head: async (instance, { orKnown } = { orKnown: false }) => {
      const known = orKnown ? knownHeads.get(instance) : undefined;
      if (known !== undefined) return known;
      return database.readOnce(`head of ${instance}`, async () => {
        const found = await commits
          .findOne({ instance }, { ...SHOWN, pending: 1, pendingSince: 1 })
          .sort({ seq: -1 })
          .lean();
        if (found === null) return undefined;
        const commit = stored(found);
        await projector.project(found);
        return commit;
      });
    },

    get: (instance, seq) => findOne({ instance, seq }),
    findByIdempotencyKey: (instance, key) => findOne({ instance, idempotencyKey: shortKey(key) }),
    findBySignalKey: (instance, key) => findOne({ instance, signalKey: shortKey(key) }),

    history: (instance, { fromSeq, limit, newestFirst = false }) =>
      database.read(async () => {
        const from =
          fromSeq === undefined
            ? {}
            : { seq: mongoose.trusted(newestFirst ? { $lte: fromSeq } : { $gte: fromSeq }) };
        const found = await commits
          .find({ instance, ...from }, SHOWN)
          .sort({ seq: newestFirst ? -1 : 1 })
          .limit(limit)
          .lean();
        return found.map(stored);
      }),

    instances: ({ after, limit }) =>
      database.read(async () => {
        const later = after === undefined ? undefined : mongoose.trusted({ $gt: after });
        // from both, so that an instance which has lost its first commit or its row is still found
        const [begun, listed] = await Promise.all([
          commits
            .find({ seq: 1, ...(later && { instance: later }) }, { instance: 1 })
            .sort({ instance: 1 })
            .limit(limit)
            .lean(),
          instances
            .find(later ? { _id: later } : {}, { _id: 1 })
            .sort({ _id: 1 })
            .limit(limit)
            .lean(),
        ]);
        const ids = [...begun.map(({ instance }) => instance), ...listed.map(({ _id }) => _id)];
        return [...new Set(ids)].sort(byBytes).slice(0, limit);
      }),

    personal: (instance, ids) =>
      database.read(async () => {
        if (ids.length === 0) return [];
        const keys = mongoose.trusted({ $in: ids.map((id) => personalKey(instance, id)) });
        const found = await personal.find({ _id: keys, instance }).lean();
        const byId = new Map(found.map((value) => [value.valueId, value]));
        return ids.flatMap((id) => {
          const value = byId.get(id);
          return value ? valueOf(value) : [];
        });
      }),

    erasePersonal: (instance, ids) =>
      database.write(async () => {
        // a value that still waits in its commit would come back
        await projector.catchUp(instance);
        const keys = mongoose.trusted({ $in: ids.map((id) => personalKey(instance, id)) });
        await personal.updateMany({ _id: keys, instance }, { $set: { salt: '', value: null } });
      }),

    allPersonal: (page) =>
      database.read(async () => {
        const { records, next } = await readPage(personal, page);
        return { records: records.map(valueOf), next };
      }),

    copyPersonal: (values) =>
      database.writeUntilKnown(async () => {
        const documents = values.map(({ id, instance, salt, value }) => ({
          _id: personalKey(instance, id),
          instance,
          valueId: id,
          salt,
          value,
        }));
        await replaceDocuments(personal, documents, ({ _id, instance }) => ({ _id, instance }));
      }),
  };
}

function valueOf({ valueId, instance, salt, value }: PersonalDocument): PersonalValue {
  return { id: valueId, instance, salt, value };
}

function stored({ instance, seq, hash, text }: StoredCommit): StoredCommit {
  return checkedCommit({ instance, seq, hash, text });
}

/** The database's own order of texts. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
