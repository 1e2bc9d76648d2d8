import type { JsonObject } from '../../engine/json-value.ts';
import type { Organisation, Partnership, Person } from '../../server/store/directory.ts';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { as } from './sample-world.ts';
import type { TestServer } from './test-server.ts';

interface RaisedDispute {
  readonly instance: string;
  /** The raiser does something in it, and the worker all that follows. */
  readonly send: (event: string, fields: JsonObject) => Promise<void>;
}

/** A dispute of which the raiser has recorded the own part and the talk, and given no notice yet. */
export async function raiseDispute(
  { services, worker }: TestServer,
  raiser: Person,
  place: Partnership,
  ownNotes = 'We were late.',
): Promise<RaisedDispute> {
  const { instance } = await startWorkflow(services, as(raiser), {
    workflow: 'dispute',
    partnership: place.id,
    form: { subject: 'Night cover' },
  });
  const send = async (event: string, fields: JsonObject): Promise<void> => {
    await sendEvent(services, as(raiser), { instance, event, fields });
    await worker.drain();
  };
  await send('RECORD_REFLECTION', {
    ownContribution: true,
    sharedGain: true,
    ownNotes,
    reflectedOn: '2026-03-01',
  });
  await send('RECORD_TALK', { talkedOn: '2026-03-01', talkedWith: 'The two managers' });
  return { instance, send };
}

/** What a written notice to an organisation says. */
export function noticeTo({ id }: Organisation): JsonObject {
  return {
    against: [id],
    subject: 'Night cover',
    whatHappened: 'It was not paid in January.',
    whatIsSought: 'A rule for who pays.',
    workMeanwhile: 'The council pays.',
  };
}
