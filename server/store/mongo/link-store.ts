import { ConcordatError } from '../../../engine/errors.ts';
import type { LinkStore } from '../link-store.ts';
import type { Database } from './database.ts';
import { linkDocument, linkOf } from './link-document.ts';
import { writeLink } from './project-links.ts';
import { readPage } from './read-page.ts';
import { replaceDocuments } from './replace-documents.ts';

export function createMongoLinkStore(database: Database): LinkStore {
  const { links } = database.models;

  function listBy(owner: { readonly instance: string } | { readonly person: string }) {
    return database.read(async () => {
      const found = await links.find(owner).sort({ created: 1, _id: 1 }).lean();
      return found.flatMap((link) => linkOf(link) ?? []);
    });
  }

  return {
    put: (link) => database.write(() => writeLink(database.models, link)),
    get: (id) => database.read(async () => linkOf(await links.findById(id).lean())),
    findByTokenHash: (hash) =>
      database.read(async () => linkOf(await links.findOne({ tokenHashes: hash }).lean())),
    listByInstance: (instance) => listBy({ instance }),
    listByPerson: (person) => listBy({ person }),
    spend: (id, at) =>
      database.write(async () => {
        const { modifiedCount } = await links.updateOne(
          { _id: id, state: 'open' },
          { $set: { state: 'used', usedAt: at } },
        );
        return modifiedCount === 1;
      }),
    countWrongCode: (id) =>
      database.write(async () => {
        const counted = await links
          .findOneAndUpdate({ _id: id }, { $inc: { codeTries: 1 } }, { returnDocument: 'after' })
          .lean();
        const link = linkOf(counted);
        if (link === undefined) throw new ConcordatError('not-found', `no link ${id}`);
        return link.codeTries;
      }),
    all: (page) =>
      database.read(async () => {
        const { records, next } = await readPage(links, page);
        // without those that were never put down, which their commits bring
        return { records: records.flatMap((link) => linkOf(link) ?? []), next };
      }),
    copy: (copied) =>
      database.writeUntilKnown(async () => {
        const documents = copied.map((link) => ({ _id: link.id, ...linkDocument(link) }));
        await replaceDocuments(links, documents);
      }),
  };
}
