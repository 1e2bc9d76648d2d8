import { rmSync } from 'node:fs';
import type { Organisation, Partnership, Person } from '../../server/store/directory.ts';
import { type ApiClient, apiClientOf } from './api-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import { workflowFolder } from './workflow-folder.ts';

/** Two partnerships that have one organisation in common, and somebody of each kind in them. */
export interface ApiScene {
  readonly server: TestServer;
  readonly health: Organisation;
  readonly charity: Organisation;
  readonly place: Partnership;
  readonly far: Partnership;
  readonly manager: Person;
  readonly outsider: Person;
  readonly asManager: ApiClient;
  readonly asOther: ApiClient;
  readonly asExecutive: ApiClient;
  readonly asObserver: ApiClient;
  readonly asOutsider: ApiClient;
  readonly asCoordinator: ApiClient;
  /** Starts a request for shared money and answers its id. */
  request(subject: string): Promise<string>;
  end(): Promise<void>;
}

export async function apiScene(): Promise<ApiScene> {
  const workflows = workflowFolder();
  const server = await startTestServer({ workflows });
  const health = await server.organisation('Łódź Health');
  const charity = await server.organisation('Harbour Refuge');
  const trust = await server.organisation('Far Away Trust');
  const place = await server.partnership('North Coast', [health, charity]);
  const far = await server.partnership('Far Away', [trust, charity]);
  const manager = await server.member(place, health, 'Marta Manager', ['manager']);
  const other = await server.member(place, charity, 'Olu Other', ['manager']);
  const executive = await server.member(place, charity, 'Eleni Executive', ['executive']);
  const observer = await server.member(place, health, 'Ola Observer', ['observer']);
  const outsider = await server.member(far, trust, 'Otto Outsider', ['manager', 'lead']);
  const client = (person: Person): Promise<ApiClient> => apiClientOf(server, person);
  const asManager = await client(manager);
  return {
    server,
    health,
    charity,
    place,
    far,
    manager,
    outsider,
    asManager,
    asOther: await client(other),
    asExecutive: await client(executive),
    asObserver: await client(observer),
    asOutsider: await client(outsider),
    asCoordinator: await client(server.administrator),
    async request(subject) {
      const body = { workflow: 'request', partnership: place.id, form: { subject, amount: 100 } };
      const { instance } = await asManager.post<{ instance: string }>('/instances', body);
      return instance;
    },
    async end() {
      await server.stop();
      rmSync(workflows, { recursive: true, force: true });
    },
  };
}
