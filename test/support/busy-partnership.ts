import type { Asker } from '../../server/access/asker.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Organisation, Partnership, Person } from '../../server/store/directory.ts';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import type { TestServer } from './test-server.ts';

/** A partnership in which every real workflow is under way. */
export interface BusyPartnership {
  readonly partnership: Partnership;
  readonly council: Organisation;
  readonly charity: Organisation;
  readonly lead: Person;
  readonly manager: Person;
  readonly executive: Person;
  /** Instances by workflow; the newest of each, and of the readiness the charity's. */
  readonly instances: ReadonlyMap<string, string>;
}

/** Sets up two organisations with their people, and begins what a person can begin. */
export async function busyPartnership(server: TestServer): Promise<BusyPartnership> {
  const { services, worker } = server;
  const council = await server.organisation('Moorland County Council');
  const charity = await server.organisation('Harbour Refuge (women and children)');
  const partnership = await server.partnership('North Coast early help', [council, charity]);
  const lead = await server.member(partnership, council, 'Marta Lead', [
    'lead',
    'manager',
    'practitioner',
    'finance',
  ]);
  const manager = await server.member(partnership, charity, 'Olu Manager', [
    'manager',
    'practitioner',
  ]);
  const executive = await server.member(partnership, charity, 'Eleni Executive', [
    'executive',
    'signatory',
  ]);
  await server.member(partnership, council, 'Catrin Chief', ['executive', 'signatory']);
  const as = (person: Person): Asker => ({ kind: 'person', person });
  const course = partnership.instance;
  await worker.drain();

  const act = (person: Person, instance: string, event: string, fields: JsonObject) =>
    sendEvent(services, as(person), { instance, event, fields });
  await act(lead, course, 'PLAN_STAGE', {
    needsOwner: lead.id,
    needsDue: '2026-03-20',
    fundingOwner: manager.id,
    fundingDue: '2026-04-30',
  });
  await act(lead, course, 'ASK_READINESS', { readinessDue: '2026-03-27' });
  await worker.drain();
  await act(lead, course, 'MAKE_SUMMARY', {});
  const start = (person: Person, workflow: string, form: JsonObject) =>
    startWorkflow(services, as(person), { workflow, partnership: partnership.id, form });
  await start(manager, 'systemic-issue', {
    title: 'Housing benefit stops at the county border',
    kind: 'rules',
    barrier: 'A family that moves three streets loses its benefit for six weeks.',
    effectOnClients: 'Families stay where they are not safe.',
    tried: 'We asked both benefit offices.',
    evidence: 'Nine cases since January.',
  });
  await start(lead, 'agreement', {
    title: 'Section 75 agreement for early help',
    kind: 'partnership-agreement',
    isSection75: true,
    arrangements: ['pooled-fund'],
  });
  await start(manager, 'dispute', { subject: 'Who pays for the night cover' });
  await worker.drain();
  const { rows } = await services.store.instances.list({
    partnership: partnership.id,
    limit: 100,
  });
  return {
    partnership,
    council,
    charity,
    lead,
    manager,
    executive,
    instances: new Map(
      [...rows]
        .reverse()
        .filter((row) => row.workflow !== 'readiness' || row.organisations.includes(charity.id))
        .map(({ workflow, id }) => [workflow, id]),
    ),
  };
}
