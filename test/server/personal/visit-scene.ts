import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { Organisation, Partnership } from '../../../server/store/directory.ts';
import { type ApiClient, apiClientOf } from '../../support/api-client.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

interface VisitScene {
  readonly server: TestServer;
  readonly council: Organisation;
  readonly place: Partnership;
  readonly asManager: ApiClient;
  readonly asCoordinator: ApiClient;
  /** A body that starts a visit. */
  readonly visit: (form: JsonObject) => JsonObject;
  /** The whole history of an instance, as it is stored. */
  readonly chain: (instance: string) => Promise<string>;
}

/** A server on which visits are announced, with a manager who does and a coordinator who corrects. */
export async function visitScene(): Promise<VisitScene> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-visits-'));
  const visits = fileURLToPath(new URL('./workflows/visit.json', import.meta.url));
  const real = fileURLToPath(new URL('../../../workflows/partnership.json', import.meta.url));
  cpSync(visits, join(folder, 'visit.json'));
  cpSync(real, join(folder, 'partnership.json'));
  const server = await startTestServer({ workflows: folder });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const council = await server.organisation('Harbour');
  const place = await server.partnership('Safe at home', [council]);
  const manager = await server.member(place, council, 'Mary Manager', ['manager']);
  return {
    server,
    council,
    place,
    asManager: await apiClientOf(server, manager),
    asCoordinator: await apiClientOf(server, server.administrator),
    visit: (form) => ({ workflow: 'visit', partnership: place.id, form }),
    async chain(instance) {
      const history = await server.services.store.commits.history(instance, { limit: 1_000 });
      return history.map(({ text }) => text).join('\n');
    },
  };
}
