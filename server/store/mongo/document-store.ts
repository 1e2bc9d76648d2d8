import { sha256 } from '../../sha256.ts';
import { damaged } from '../damaged.ts';
import type { DocumentInfo, DocumentStore } from '../document-store.ts';
import { instantKey } from '../instant-key.ts';
import { type Database, unlessThere } from './database.ts';
import type { DocumentInfoDocument } from './document-schemas.ts';
import { readPage } from './read-page.ts';

/** A document of the database may have 16 MB at most; parts of this size also move well. */
const PART_BYTES = 4 * 1024 * 1024;

/**
 * Documents in parts, by the SHA-256 of the whole. The parts are durable before the document is known
 * of, so that a crash leaves at worst parts that nobody names, which the next attempt replaces.
 */
export function createMongoDocumentStore(database: Database): DocumentStore {
  const { documents, documentParts } = database.models;

  async function bytesOf(hash: string): Promise<Uint8Array | undefined> {
    const parts = await documentParts.find({ hash }).sort({ part: 1 }).lean();
    if (parts.length === 0) return undefined;
    const bytes = Buffer.concat(parts.map((part) => part.bytes));
    if (sha256(bytes) !== hash) {
      throw damaged(`document ${hash} no longer has the bytes it was stored with`, { hash });
    }
    return bytes;
  }

  /** Each part under its own id, so that whoever stores the same bytes writes the same. */
  async function writeParts(hash: string, bytes: Uint8Array): Promise<void> {
    const count = Math.max(1, Math.ceil(bytes.byteLength / PART_BYTES));
    for (let part = 0; part < count; part += 1) {
      const content = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      await documentParts.replaceOne(
        // the hash too, by which a cluster is sharded
        { _id: `${hash}/${part}`, hash },
        { hash, part, bytes: Buffer.from(content) },
        { upsert: true },
      );
    }
  }

  return {
    put: (bytes, about) =>
      database.writeUntilKnown(async () => {
        const hash = sha256(bytes);
        // damaged parts do not count as kept: the good bytes take their place
        const kept = await bytesOf(hash).catch(() => undefined);
        if (kept === undefined) await writeParts(hash, bytes);
        const _id = infoKey(hash, about.instance);
        const created = new Date(instantKey(about.createdAt));
        const added = { ...about, hash, size: bytes.byteLength, created };
        await unlessThere(() =>
          documents.updateOne({ _id }, { $setOnInsert: added }, { upsert: true }),
        );
        return infoOf(await documents.findById(_id).orFail().lean());
      }),

    info: (hash, instance) =>
      database.read(async () => {
        const found = await documents.findById(infoKey(hash, instance)).lean();
        return found === null ? undefined : infoOf(found);
      }),

    bytes: (hash) => database.read(() => bytesOf(hash)),

    listByInstance: (instance) =>
      database.read(async () => {
        const found = await documents.find({ instance }).sort({ created: 1, hash: 1 }).lean();
        return found.map(infoOf);
      }),

    all: (page) =>
      database.read(async () => {
        const { records, next } = await readPage(documents, page);
        return { records: records.map(infoOf), next };
      }),
  };
}

function infoKey(hash: string, instance: string | null): string {
  return `${hash}/${instance ?? ''}`;
}

function infoOf(document: DocumentInfoDocument): DocumentInfo {
  const { _id: _, created: __, ...info } = document;
  return info;
}
