import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { Person } from '../../../server/store/directory.ts';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { readInstance } from '../../../server/use-cases/read-instance.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { as } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer | undefined;
afterEach(async () => server?.stop());

/** A partner organisation is asked how ready it is, in March 2026, and has until 1 May to say so. */
async function asked() {
  server = await startTestServer();
  const { services, worker, clock, outbox, administrator } = server;
  const council = await server.organisation('Moorland Council');
  const refuge = await server.organisation('Harbour Refuge');
  const place = await server.partnership('Safe at Home', [council, refuge]);
  const lead = await server.member(place, council, 'Mina Manager', ['manager', 'lead']);
  const executive = await server.member(place, refuge, 'Eleni Executive', ['executive']);
  const owner = await server.member(place, refuge, 'Pat Practitioner', ['practitioner']);
  const sendTo = async (who: Person, instance: string, event: string, fields: JsonObject = {}) => {
    await sendEvent(services, as(who), { instance, event, fields });
    await worker.drain();
  };
  await sendTo(lead, place.instance, 'ASK_READINESS', { readinessDue: '2026-05-01' });
  const { rows } = await services.store.instances.list({ workflow: 'readiness', limit: 9 });
  const readiness = rows.find(({ columns }) => columns['organisation'] === refuge.id)?.id ?? '';
  const send = (who: Person, event: string, fields?: JsonObject) =>
    sendTo(who, readiness, event, fields);
  const mails = async (who: Person, subject: RegExp): Promise<readonly string[]> =>
    (await readOutbox(outbox))
      .filter((mail) => JSON.stringify(mail.to).includes(who.email))
      .flatMap((mail) => (subject.test(mail.subject ?? '') ? [mail.subject ?? ''] : []));
  return {
    place,
    readiness,
    services,
    lead,
    executive,
    owner,
    coordinator: administrator,
    send,
    mails,
    plan: async (due: string) =>
      send(executive, 'ANSWER_STAFF', {
        partnerStaff: 'no',
        partnerStaffEvidence: 'Neither manager is trained.',
        partnerStaffPlan: 'Training for both managers.',
        partnerStaffPlanOwner: 'Head of services',
        partnerStaffPlanPerson: owner.id,
        partnerStaffPlanDue: due,
      }),
    share: async () => {
      const { options } = await readInstance(services, as(executive), readiness);
      for (const { event, form } of options) {
        const [answer = '', evidence = ''] = Object.keys(form.properties ?? {});
        if (event.startsWith('ANSWER_') && answer !== 'partnerStaff')
          await send(executive, event, { [answer]: 'yes', [evidence]: 'The minutes.' });
      }
      await send(executive, 'SHARE');
    },
    /** Day by day, as a server that is never switched off. */
    liveUntil: async (last: string) => {
      for (let day = clock.now().slice(0, 10); day < last; ) {
        day = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
        clock.advanceTo(`${day}T10:00:00.000Z`);
        await worker.drain();
      }
    },
  };
}

test('whoever sees to a plan of readiness is told, reminded before its day and chased after it until it is done, also when the day is corrected', async () => {
  const story = await asked();
  const { owner, executive, coordinator, services, readiness } = story;
  await story.plan('2026-09-30');
  expect(
    await story.mails(owner, /^Yours to do: Readiness plan: staff at another place/u),
  ).toHaveLength(1);
  await story.share();
  await correctData(services, as(coordinator), {
    instance: readiness,
    changes: { partnerStaffPlanDue: '2026-10-31' },
    reason: 'The course is in October.',
  });
  await server?.worker.drain();
  const known = await readInstance(services, as(story.lead), story.place.instance);
  expect(JSON.stringify(known.data['readiness'])).toContain('"due":"2026-10-31"');
  await story.liveUntil('2026-10-16');
  expect(await story.mails(owner, /^Due soon.*Readiness plan/u)).toEqual([]);
  await story.liveUntil('2026-11-20');
  for (const who of [owner, executive]) {
    expect(
      await story.mails(who, /^Due soon.*Readiness plan: staff at another place/u),
    ).toHaveLength(2);
    expect(
      await story.mails(who, /^Overdue.*Readiness plan: staff at another place/u),
    ).toHaveLength(2);
  }
  await story.send(owner, 'RECORD_PLAN_DONE', {
    question: 'partnerStaff',
    done: 'Both managers are trained.',
  });
  expect(await story.mails(executive, /^Done: Readiness plan/u)).toHaveLength(1);
  const partnership = await readInstance(services, as(story.lead), story.place.instance);
  expect(JSON.stringify(partnership.data['readiness'])).toContain('"doneOn":"2026-11-20"');
  await story.liveUntil('2028-11-20');
  expect(await story.mails(owner, /^Overdue/u)).toHaveLength(2);
  // That of the council, which never answered.
  expect(await story.mails(coordinator, /^With you now.*Readiness/u)).toHaveLength(1);
});

test('of a plan that nobody did, the coordinator learns which it is only where the answers are shared', async () => {
  const story = await asked();
  await story.plan('2026-06-30');
  // Nothing else is overdue: the answers may come late.
  await story.send(story.executive, 'CHANGE_DUE', {
    answersDue: '2028-01-31',
    dueReason: 'Elections.',
  });
  await story.liveUntil('2026-12-31');
  expect(await story.mails(story.owner, /^Overdue.*Readiness plan/u)).toHaveLength(3);
  // Of the plan, and of the council, which never answered.
  const handedOver = await story.mails(story.coordinator, /^With you now.*Readiness/u);
  expect(handedOver).toHaveLength(2);
  expect(handedOver.filter((subject) => subject.includes('staff'))).toEqual([]);
});
