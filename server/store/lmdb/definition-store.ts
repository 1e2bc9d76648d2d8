import type { DefinitionStore, PublishedDefinition } from '../definition-store.ts';
import { getJson, parseRecord, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export function createLmdbDefinitionStore(tables: Tables, writer: Writer): DefinitionStore {
  const table: RecordTable<PublishedDefinition> = tables.definitions;
  return {
    publish: (definition) =>
      writer.write('definition', (plan) => {
        const key = [definition.id, definition.version];
        const kept = getJson(table, key);
        if (kept !== undefined) return kept;
        plan.putJson(table, key, definition);
        return definition;
      }),
    get: async (id, version) => getJson(table, [id, version]),
    versions: async () =>
      Array.from(table.getKeys({}), (key) => {
        const [id, version] = key as [string, number];
        return { id, version };
      }),
    list: async () =>
      Array.from(table.getRange({}), ({ key, value }) => parseRecord(table, value, key)),
  };
}
