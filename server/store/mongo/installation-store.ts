import type { JsonObject } from '../../../engine/json-value.ts';
import type { ApiToken, InstallationStore } from '../installation-store.ts';
import type { Database } from './database.ts';
import type { ApiTokenDocument } from './installation-schemas.ts';

const THE_ONE = 'installation';

export function createMongoInstallationStore(database: Database): InstallationStore {
  const { installation, apiTokens } = database.models;
  return {
    get: () =>
      database.readOnce('installation', async () => {
        const found = await installation.findById(THE_ONE).lean();
        if (found === null) return undefined;
        const { _id: _, workflowSettings, ...rest } = found;
        return { ...rest, workflowSettings: JSON.parse(workflowSettings) as JsonObject };
      }),
    put: ({ workflowSettings, ...rest }) =>
      database.writeUntilKnown(async () => {
        const settings = JSON.stringify(workflowSettings);
        const document = { ...rest, workflowSettings: settings };
        await installation.replaceOne({ _id: THE_ONE }, document, { upsert: true });
      }),
    putToken: ({ id, ...token }) =>
      database.writeUntilKnown(async () => {
        await apiTokens.replaceOne({ _id: id }, token, { upsert: true });
      }),
    tokenByHash: (hash) =>
      database.read(async () => {
        const found = await apiTokens.findOne({ hash }).lean();
        return found === null ? undefined : tokenOf(found);
      }),
    tokens: () =>
      database.read(async () => (await apiTokens.find().sort({ _id: 1 }).lean()).map(tokenOf)),
  };
}

function tokenOf({ _id, ...token }: ApiTokenDocument): ApiToken {
  return { ...token, id: _id };
}
