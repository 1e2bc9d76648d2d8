import type { JsonObject } from '../../../engine/json-value.ts';
import type { Organisation, Person } from '../../../server/store/directory.ts';
import { readInstance } from '../../../server/use-cases/read-instance.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import type { TestServer } from '../test-server.ts';
import { type Section75Draft, section75Draft } from './section-75-draft.ts';

interface Item {
  readonly id: string;
  readonly organisation: string;
  readonly ownerArea: string;
  readonly requirement: string;
}

/** The question of which both organisations say that there is a gap. */
const GAP = 'q6';
const CLOSED_BY = '2026-06-30';

/** A Section 75 agreement that was signed although gaps of good practice are to be closed. */
export async function section75Signed(server: TestServer): Promise<Section75Draft> {
  const draft = await section75Draft(server);
  const { agreement, checklist, council, trust, lead, manager } = draft;
  const sides: readonly (readonly [Organisation, Person])[] = [
    [council, lead],
    [trust, manager],
  ];
  for (const [organisation] of sides) {
    const also = (name: string, role: string): Promise<Person> =>
      server.member(draft.partnership, organisation, name, [role]);
    await also(`Pia People of ${organisation.name}`, 'people');
    await also(`Ida Information of ${organisation.name}`, 'information');
  }
  const send = async (person: Person, instance: string, event: string, fields: JsonObject) => {
    await sendEvent(server.services, { kind: 'person', person }, { instance, event, fields });
    await server.worker.drain();
  };
  const { data } = await readInstance(server.services, { kind: 'person', person: lead }, checklist);
  for (const item of data['items'] as unknown as readonly Item[]) {
    const who = await whoHolds(server, draft, item);
    await send(who, checklist, `ANSWER_${item.ownerArea.toUpperCase()}`, answerOf(item));
  }
  for (const [organisation, person] of sides) {
    await send(person, checklist, 'ACCEPT_GAP', {
      item: GAP,
      reason: 'It is written up this summer.',
      owner: person.id,
      due: CLOSED_BY,
    });
    const signatory = await whoHolds(server, draft, {
      organisation: organisation.id,
      ownerArea: 'signatory',
    });
    await send(signatory, checklist, 'DECLARE', {
      fullName: signatory.name,
      position: 'Chief Executive',
      satisfied: true,
    });
  }
  await send(lead, agreement, 'START_SIGNING', {});
  for (const [organisation] of sides) {
    const person = await whoHolds(server, draft, {
      organisation: organisation.id,
      ownerArea: 'signatory',
    });
    const asker = { kind: 'person', person } as const;
    const { documents } = await readInstance(server.services, asker, agreement);
    await sendEvent(server.services, asker, {
      instance: agreement,
      event: 'SIGN',
      fields: {
        fullName: person.name,
        position: 'Chief Executive',
        authority: 'Minute 4',
        confirmed: true,
      },
      manifest: documents['agreement']?.manifest ?? '',
    });
    await server.worker.drain();
  }
  return draft;
}

const HELD: Readonly<Record<string, string>> = { services: 'manager' };

async function whoHolds(
  { services }: TestServer,
  { partnership }: Section75Draft,
  { organisation, ownerArea }: Pick<Item, 'organisation' | 'ownerArea'>,
): Promise<Person> {
  const { directory } = services.store;
  const members = await directory.members(partnership.id);
  const role = HELD[ownerArea] ?? ownerArea;
  const found = members.find(
    (one) => one.organisation === organisation && one.roles.includes(role),
  );
  const person = found && (await directory.person(found.person));
  if (!person) throw new Error(`nobody of ${organisation} answers for ${ownerArea}`);
  return person;
}

function answerOf({ id, requirement }: Item): JsonObject {
  if (id === GAP) {
    return { item: id, position: 'gap', answer: 'Known, and not written down.', due: CLOSED_BY };
  }
  const law = requirement === 'law';
  return {
    item: id,
    position: 'assured',
    answer: law ? 'The agreement says so in words.' : 'Arranged, and looked at every year.',
    evidence: law ? 'The clause of that name' : 'Report to the board, item 6',
  };
}
