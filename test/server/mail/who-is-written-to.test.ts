import { noticeTo, raiseDispute } from '../../support/raise-dispute.ts';
import { fileURLToPath } from 'node:url';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import type { MailSender, OutgoingMail } from '../../../server/mail/mail-sender.ts';
import type { Person } from '../../../server/store/directory.ts';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { removeMember } from '../../../server/use-cases/invite-person.ts';
import { type PersonAnswers, putPerson } from '../../../server/use-cases/manage-people.ts';
import { readInstance } from '../../../server/use-cases/read-instance.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { as } from '../../support/sample-world.ts';
import { APPROVAL } from '../../support/approval-workflow.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { workflowFolder } from '../../support/workflow-folder.ts';
import { startTestServer } from '../../support/test-server.ts';

test('a correction of a confidential record is told to nobody who may not see the record', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const { services, worker } = server;
  const council = await server.organisation('Harbour Council');
  const trust = await server.organisation('Vale Trust');
  const place = await server.partnership('Safe at home', [council, trust]);
  const raiser = await server.member(place, council, 'Mary Ann', ['manager', 'lead']);
  const outsider = await server.member(place, trust, 'Pat Lowe', ['practitioner']);
  const coordinator = as(server.administrator);
  const { instance, send } = await raiseDispute(server, raiser, place);
  // Until notice is given it is the raiser's alone, and not even the coordinator's.
  await send('GIVE_NOTICE', noticeTo(trust));
  await expect(readInstance(services, as(outsider), instance)).rejects.toThrow();
  await correctData(services, coordinator, {
    instance,
    changes: { subject: 'Who pays for the night doctor' },
    reason: 'It is about the doctor.',
  });
  await worker.drain();
  const told = (await readOutbox(server.outbox)).filter(({ text }) =>
    text?.includes('It is about the doctor.'),
  );
  const addresses = told.flatMap(({ to }) => (Array.isArray(to) ? to : [to])).map((to) => to?.text);
  expect(addresses.join()).toContain(raiser.email);
  expect(addresses.join()).not.toContain(outsider.email);
});

test('a mailbox that cannot take a mail now keeps it from nobody else, and nobody gets it twice', async () => {
  const sent: OutgoingMail[] = [];
  let full = false;
  const mail: MailSender = {
    kind: 'smtp',
    abandon: () => undefined,
    send: async (one) => {
      if (full && one.to.name === 'Bea Full') {
        throw new ConcordatError('mail-unavailable', 'mailbox full', { details: { reply: 452 } });
      }
      sent.push(one);
      return { response: 'taken' };
    },
    verify: async () => undefined,
    close: async () => undefined,
    describe: () => 'a mail server of which one mailbox is full',
  };
  const server = await startTestServer({
    mail,
    workflows: fileURLToPath(new URL('../../support/link-workflows', import.meta.url)),
  });
  onTestFinished(() => server.stop());
  const { services, worker, clock } = server;
  const council = await server.organisation('Harbour Council');
  const trust = await server.organisation('Vale Trust');
  const place = await server.partnership('Safe at home', [council, trust]);
  const names = ['Abe First', 'Bea Full', 'Cy Third'];
  const people: Person[] = [];
  for (const name of names)
    people.push(await server.member(place, trust, name, ['manager', 'signatory']));
  sent.length = 0;
  full = true;
  const { instance } = await startWorkflow(services, as(people[0] as Person), {
    workflow: 'letter',
    partnership: place.id,
    form: { subject: 'A joint letter' },
  });
  await worker.drain();
  expect(
    sent
      .map(({ to }) => to.name)
      .filter((name) => names.includes(name))
      .sort(),
  ).toEqual(['Abe First', 'Cy Third']);
  full = false;
  clock.advanceTo('2026-03-02T12:00:00.000Z');
  await worker.drain();
  const all = sent.map(({ to }) => to.name).filter((name) => names.includes(name));
  expect(all.sort()).toEqual(names);
  for (const person of people) {
    const links = await services.store.links.listByPerson(person.id);
    const [link] = links.filter((one) => one.instance === instance);
    expect(link?.tokenHashes).toHaveLength(person.name === 'Bea Full' ? 2 : 1);
  }
});

test('a mail of which it was not heard that it had gone is sent again as the same mail', async () => {
  const sent: OutgoingMail[] = [];
  let lost = false;
  const mail: MailSender = {
    kind: 'smtp',
    abandon: () => undefined,
    send: async (one) => {
      sent.push(one);
      if (lost) {
        lost = false;
        throw new ConcordatError('mail-unavailable', 'the answer was lost');
      }
      return { response: 'taken' };
    },
    verify: async () => undefined,
    close: async () => undefined,
    describe: () => 'a mail server whose answer was lost',
  };
  const server = await startTestServer({
    mail,
    workflows: fileURLToPath(new URL('../../support/link-workflows', import.meta.url)),
  });
  onTestFinished(() => server.stop());
  const { services, worker, clock } = server;
  const trust = await server.organisation('Vale Trust');
  const place = await server.partnership('Safe at home', [trust]);
  const bea = await server.member(place, trust, 'Bea Unheard', ['manager', 'signatory']);
  await worker.drain();
  sent.length = 0;
  lost = true;
  const form = { subject: 'A joint letter' };
  await startWorkflow(services, as(bea), { workflow: 'letter', partnership: place.id, form });
  await worker.drain();
  clock.advanceTo('2026-03-02T12:00:00.000Z');
  await worker.drain();
  expect(sent).toHaveLength(2);
  expect(sent[1]?.subject).toBe(sent[0]?.subject);
  // mail programs show it once
  expect(sent[1]?.messageId).toBe(sent[0]?.messageId);
});

test('only those who still owe something are reminded of it and chased for it', async () => {
  const workflows = workflowFolder();
  writeFileSync(join(workflows, 'approval.json'), JSON.stringify(APPROVAL));
  const server = await startTestServer({ workflows });
  onTestFinished(async () => {
    await server.stop();
    rmSync(workflows, { recursive: true });
  });
  const { services, worker, clock } = server;
  const council = await server.organisation('Harbour Council');
  const trust = await server.organisation('Vale Trust');
  const place = await server.partnership('Safe at home', [council, trust]);
  const done = await server.member(place, council, 'Dora Done', ['manager']);
  const owing = await server.member(place, trust, 'Otto Owing', ['manager']);
  const { instance } = await startWorkflow(services, as(done), {
    workflow: 'approval',
    partnership: place.id,
    form: { subject: 'Beds' },
  });
  await sendEvent(services, as(done), { instance, event: 'ANSWER', fields: { text: 'Yes' } });
  const reached = async (): Promise<readonly string[]> => {
    await worker.drain();
    const { mails } = await services.store.mails.list({ instance, limit: 100 });
    return mails.filter(({ task }) => /reminder|chase/u.test(task ?? '')).map(({ to }) => to);
  };
  clock.advanceTo('2026-03-13T10:00:00.000Z');
  expect(await reached()).toEqual([owing.email]);
  clock.advanceTo('2026-03-18T10:00:00.000Z');
  expect(await reached()).toEqual([owing.email, owing.email]);
});

test('a mail that could not leave goes, as the same mail, to an address that was put right since, and to nobody whose part has ended', async () => {
  const tried: OutgoingMail[] = [];
  const sent: OutgoingMail[] = [];
  let away = false;
  const mail: MailSender = {
    kind: 'smtp',
    abandon: () => undefined,
    send: async (one) => {
      if (one.to.name === 'Amina Yusuf') return { response: 'taken' };
      tried.push(one);
      // it answers each, so that all are tried
      if (away) throw new ConcordatError('mail-unavailable', 'busy', { details: { reply: 451 } });
      sent.push(one);
      return { response: 'taken' };
    },
    verify: async () => undefined,
    close: async () => undefined,
    describe: () => 'a mail server that is busy for a while',
  };
  const server = await startTestServer({
    mail,
    workflows: fileURLToPath(new URL('../../support/link-workflows', import.meta.url)),
  });
  onTestFinished(() => server.stop());
  const { services, worker, clock, administrator } = server;
  const council = await server.organisation('Harbour Council');
  const trust = await server.organisation('Vale Trust');
  const place = await server.partnership('Safe at home', [council, trust]);
  const invite = (name: string) => server.member(place, trust, name, ['manager', 'signatory']);
  const abe = await invite('Abe Stays');
  const bea = await invite('Bea Mistyped');
  const cy = await invite('Cy Ended');
  const dot = await invite('Dot Left');
  await worker.drain();
  tried.length = 0;
  sent.length = 0;
  away = true;
  const form = { subject: 'A joint letter' };
  await startWorkflow(services, as(abe), { workflow: 'letter', partnership: place.id, form });
  await worker.drain();
  expect(sent).toEqual([]);
  const before = tried.splice(0);
  expect(new Set(before.map(({ to }) => to.name))).toEqual(
    new Set([abe, bea, cy, dot].map(({ name }) => name)),
  );

  const change = ({ id, name, organisation, email }: Person, more: Partial<PersonAnswers>) =>
    putPerson(services, as(administrator), id, {
      name,
      email,
      organisation: organisation ?? '',
      coordinator: false,
      administrator: false,
      maySignIn: true,
      ...more,
    });
  await change(bea, { email: 'bea@vale.example' });
  await change(cy, { maySignIn: false });
  await removeMember(services, as(administrator), { partnership: place.id, person: dot.id });
  away = false;
  clock.advanceTo('2026-03-02T12:00:00.000Z');
  await worker.drain();
  expect(sent.map(({ to }) => to.address).sort()).toEqual([abe.email, 'bea@vale.example'].sort());
  for (const { to, messageId } of sent) {
    const same = before.find((one) => one.to.name === to.name);
    expect(messageId, to.name).toBe(same?.messageId);
  }
  // what she gets is of use, and what went to a wrong address before is not
  const linkIn = (mail: OutgoingMail | undefined): string =>
    /(\/l\/[\w-]+)/u.exec(mail?.text ?? '')?.[1] ?? '';
  const ofBea = ({ to }: OutgoingMail): boolean => to.name === bea.name;
  const open = async (link: string) => (await server.browser().get(link)).status;
  expect(await open(linkIn(sent.find(ofBea)))).toBe(200);
  expect(await open(linkIn(before.find(ofBea)))).toBe(410);
});
