import type { DocumentInfo, DocumentStore } from '../document-store.ts';
import { sha256 } from '../../sha256.ts';
import type { DocumentFiles } from './document-files.ts';
import { instantKey } from '../instant-key.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './key.ts';
import { damaged } from '../damaged.ts';
import { readPage } from './read-page.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

/**
 * What is known of documents, in LMDB; their bytes are files beside it. The file is durable before
 * it is known of, so a crash leaves at worst a file that nobody names.
 */
export function createLmdbDocumentStore(
  tables: Tables,
  writer: Writer,
  files: DocumentFiles,
): DocumentStore {
  const infos: RecordTable<DocumentInfo> = tables.documents;
  const info = (hash: string, instance: string | null) => getJson(infos, [hash, instance ?? '']);

  return {
    put: async (bytes, about) => {
      const hash = sha256(bytes);
      await files.write(hash, bytes);
      return writer.write('document', (plan) => {
        const known = info(hash, about.instance);
        if (known !== undefined) return known;
        const added: DocumentInfo = { ...about, hash, size: bytes.byteLength };
        const instance = about.instance ?? '';
        plan.putJson(infos, [hash, instance], added);
        plan.put(tables.documentIndex, [instance, instantKey(about.createdAt), hash], '');
        return added;
      });
    },
    info: async (hash, instance) => info(hash, instance),
    bytes: (hash) => files.read(hash),
    listByInstance: async (instance) => {
      const keys = tables.documentIndex.getKeys({
        start: [instance, FIRST_INSTANT],
        end: [instance, LAST_INSTANT],
      });
      const listed: DocumentInfo[] = [];
      for (const key of keys) {
        const hash = String((key as readonly unknown[])[2]);
        const found = info(hash, instance);
        if (found === undefined)
          throw damaged(`what is known of document ${hash} is missing`, { hash });
        listed.push(found);
      }
      return listed;
    },
    all: async (page) => readPage(infos, page),
  };
}
