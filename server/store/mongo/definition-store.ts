import type { DefinitionStore, PublishedDefinition } from '../definition-store.ts';
import { type Database, unlessThere } from './database.ts';
import type { DefinitionDocument } from './installation-schemas.ts';

export function createMongoDefinitionStore(database: Database): DefinitionStore {
  const { definitions } = database.models;
  return {
    publish: ({ id, version, ...rest }) =>
      database.writeUntilKnown(async () => {
        const _id = `${id}/${version}`;
        const added = { ...rest, definition: id, version };
        await unlessThere(() =>
          definitions.updateOne({ _id }, { $setOnInsert: added }, { upsert: true }),
        );
        return definitionOf(await definitions.findById(_id).orFail().lean());
      }),
    get: (id, version) =>
      database.read(async () => {
        const found = await definitions.findOne({ definition: id, version }).lean();
        return found === null ? undefined : definitionOf(found);
      }),
    versions: () =>
      database.read(async () => {
        const shown = { _id: 0, definition: 1, version: 1 } as const;
        const found = await definitions.find({}, shown).sort({ definition: 1, version: 1 }).lean();
        return found.map(({ definition, version }) => ({ id: definition, version }));
      }),
    list: () =>
      database.read(async () => {
        const found = await definitions.find().sort({ definition: 1, version: 1 }).lean();
        return found.map(definitionOf);
      }),
  };
}

function definitionOf(document: DefinitionDocument): PublishedDefinition {
  const { _id: _, definition, ...rest } = document;
  return { ...rest, id: definition };
}
