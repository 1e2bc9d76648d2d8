import type { ApiToken, Installation, InstallationStore } from '../installation-store.ts';
import { LAST_TEXT } from './key.ts';
import { getJson, getText, parseRecord, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export function createLmdbInstallationStore(tables: Tables, writer: Writer): InstallationStore {
  const table = tables.installation;
  const installations: RecordTable<Installation> = table;
  const tokens: RecordTable<ApiToken> = table;
  const token = (id: string) => getJson(tokens, ['token', id]);

  return {
    get: async () => getJson(installations, ['installation']),
    put: (installation) =>
      writer.write('installation', (plan) =>
        plan.putJson(installations, ['installation'], installation),
      ),
    putToken: (added) =>
      writer.write('installation', (plan) => {
        const before = token(added.id);
        if (before !== undefined) plan.remove(table, ['token-hash', before.hash]);
        plan.put(table, ['token-hash', added.hash], added.id);
        plan.putJson(tokens, ['token', added.id], added);
      }),
    tokenByHash: async (hash) => {
      const id = getText(table, ['token-hash', hash]);
      return id === undefined ? undefined : token(id);
    },
    tokens: async () =>
      Array.from(
        table.getRange({ start: ['token', ''], end: ['token', LAST_TEXT] }),
        ({ key, value }) => parseRecord(tokens, value, key),
      ),
  };
}
