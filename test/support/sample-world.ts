import type { Asker } from '../../server/access/asker.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Organisation, Partnership, Person } from '../../server/store/directory.ts';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import type { TestServer } from './test-server.ts';

/** Two partnerships with people in every part, records of most kinds, and something overdue. */
export interface SampleWorld {
  readonly council: Organisation;
  readonly trust: Organisation;
  readonly refuge: Organisation;
  readonly shelter: Partnership;
  readonly elsewhere: Partnership;
  readonly lead: Person;
  readonly trustManager: Person;
  readonly practitioner: Person;
  readonly observer: Person;
  /** Manages a partner of the other partnership only. */
  readonly stranger: Person;
  /** Ids of records. */
  readonly issue: string;
  readonly dispute: string;
  readonly agreement: string;
}

export const as = (person: Person): Asker => ({ kind: 'person', person });

/** Plays three weeks of two partnerships on the server's clock, through the use cases. */
export async function sampleWorld(server: TestServer): Promise<SampleWorld> {
  const { services, worker, clock, administrator } = server;
  const [council] = (await services.store.directory.organisations()) as [Organisation];
  const trust = await server.organisation('Vale Health Trust');
  const refuge = await server.organisation('Harbour Refuge');
  const shelter = await server.partnership('Night shelter', [council, trust, refuge]);
  const elsewhere = await server.partnership('Safe at Home', [refuge, trust]);
  const lead = await server.member(shelter, council, 'Leo Ward', ['lead', 'manager']);
  const trustManager = await server.member(shelter, trust, 'Józef Łódzki', [
    'manager',
    'executive',
  ]);
  const practitioner = await server.member(shelter, refuge, 'Pat Lowe', ['practitioner']);
  await server.member(shelter, refuge, 'Grace Hall', ['manager', 'signatory']);
  const observer = await server.member(shelter, refuge, 'Owen Price', ['observer']);
  const stranger = await server.member(elsewhere, refuge, 'Ines Okoro', ['manager', 'lead']);

  const start = async (person: Person, workflow: string, form: JsonObject): Promise<string> => {
    const request = { workflow, partnership: shelter.id, form };
    const { instance } = await startWorkflow(services, as(person), request);
    await worker.drain();
    return instance;
  };
  await sendEvent(services, as(administrator), {
    instance: shelter.instance,
    event: 'PLAN_STAGE',
    fields: { needsOwner: trustManager.id, needsDue: '2026-04-30', fundingDue: '2026-03-13' },
  });
  await sendEvent(services, as(lead), {
    instance: shelter.instance,
    event: 'ASK_READINESS',
    fields: { readinessDue: '2026-04-02' },
  });
  await worker.drain();
  const issue = await start(practitioner, 'systemic-issue', {
    title: 'No beds for people with dogs',
    kind: 'rules',
    barrier: 'The rule of the house forbids animals.',
    effectOnClients: 'People stay outside in winter.',
    tried: 'We asked each house for an exception.',
    evidence: 'Eleven people turned away in January.',
  });
  const dispute = await start(trustManager, 'dispute', { subject: 'Who pays for the night nurse' });
  const agreement = await start(lead, 'agreement', {
    title: 'Memorandum of understanding for the night shelter',
    kind: 'mou',
    isSection75: false,
  });
  clock.advanceTo('2026-03-23T09:00:00.000Z');
  await worker.drain();
  return {
    council,
    trust,
    refuge,
    shelter,
    elsewhere,
    lead,
    trustManager,
    practitioner,
    observer,
    stranger,
    issue,
    dispute,
    agreement,
  };
}
