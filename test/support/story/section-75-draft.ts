import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { Organisation, Partnership, Person } from '../../../server/store/directory.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import type { TestServer } from '../test-server.ts';

interface ScenarioStep {
  readonly event: string;
  readonly by?: { readonly person: string; readonly organisation: string };
  readonly with: JsonObject;
}

const SCENARIO = 'A Section 75 agreement starts its checklist';

/** A Section 75 agreement, agreed by both parties, with its checklist started and unanswered. */
export interface Section75Draft {
  readonly partnership: Partnership;
  readonly council: Organisation;
  readonly trust: Organisation;
  readonly lead: Person;
  /** The trust's manager: its lead for services and governance. */
  readonly manager: Person;
  readonly agreement: string;
  readonly checklist: string;
}

/** Plays the scenario of the workflow through the use cases, up to where it would be signed. */
export async function section75Draft(
  server: TestServer,
  until: 'START_SIGNING' | 'AGREE_TEXT' = 'START_SIGNING',
): Promise<Section75Draft> {
  const { services, worker } = server;
  const council = await server.organisation('Moorland County Council');
  const trust = await server.organisation('Vale Health Trust');
  const partnership = await server.partnership('Joint care', [council, trust]);
  const member = (of: Organisation, name: string, roles: readonly string[]): Promise<Person> =>
    server.member(partnership, of, name, roles);
  const lead = await member(council, 'Ann Lead', ['lead', 'manager', 'legal']);
  const manager = await member(trust, 'Tom Manager', ['manager', 'legal']);
  await member(council, 'Fay Finance', ['finance']);
  await member(trust, 'Kit Finance', ['finance']);
  await member(council, 'Cai Signatory', ['signatory']);
  await member(trust, 'Sol Signatory', ['signatory']);
  const ids = new Map([
    ['council', council.id],
    ['trust', trust.id],
  ]);
  const people = new Map([
    ['council', lead],
    ['trust', manager],
  ]);
  const { start, steps } = scenario();
  const { instance: agreement } = await startWorkflow(
    services,
    { kind: 'person', person: lead },
    { workflow: 'agreement', partnership: partnership.id, form: start.with },
  );
  await worker.drain();
  for (const { event, by, with: fields } of steps) {
    if (event === until) break;
    const person = people.get(by?.organisation ?? '') ?? lead;
    const { store } = services;
    const head = await store.commits.head(agreement);
    const { snapshot } = JSON.parse(head?.text ?? '{}') as {
      snapshot: { documents: Record<string, { manifest: string }> };
    };
    const manifest = snapshot.documents['agreement']?.manifest;
    await sendEvent(
      services,
      { kind: 'person', person },
      {
        instance: agreement,
        event,
        fields: withIds(fields, ids),
        ...(event === 'AGREE_TEXT' && manifest !== undefined ? { manifest } : {}),
      },
    );
    await worker.drain();
  }
  const { rows } = await services.store.instances.list({
    partnership: partnership.id,
    workflow: 's75-checklist',
    limit: 2,
  });
  const checklist = rows[0]?.id ?? '';
  return { partnership, council, trust, lead, manager, agreement, checklist };
}

function scenario(): {
  readonly start: { readonly with: JsonObject };
  readonly steps: readonly ScenarioStep[];
} {
  const file = new URL('../../../workflows/agreement.scenarios.json', import.meta.url);
  const { scenarios } = JSON.parse(readFileSync(file, 'utf8')) as {
    scenarios: { name: string; start: { with: JsonObject }; steps: ScenarioStep[] }[];
  };
  const found = scenarios.find(({ name }) => name.startsWith(SCENARIO));
  if (!found) throw new Error(`there is no scenario “${SCENARIO}”`);
  return found;
}

/** The names of the scenario's organisations, where ids have to stand. */
function withIds(fields: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
  return JSON.parse(
    JSON.stringify(fields, (key: string, value: unknown) =>
      key !== 'kind' && typeof value === 'string' ? (ids.get(value) ?? value) : value,
    ),
  ) as JsonObject;
}
