import { expect, test } from 'vitest';
import { loadHead } from '../../../server/runtime/head.ts';
import type { Person } from '../../../server/store/directory.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { as } from '../../support/sample-world.ts';
import { scene } from './scene.ts';

/** A letter that Ann signs first and Bea second; who was written to since is told by name. */
async function letter() {
  const story = await scene();
  const { server, services, place, manager } = story;
  const council = await services.store.directory.organisation(manager.organisation);
  if (!council) throw new Error('the organisation is not there');
  const member = (name: string, ...roles: string[]): Promise<Person> =>
    server.member(place, council, name, roles);
  const people = {
    ann: await member('Ann First', 'signatory', 'manager'),
    bea: await member('Bea Second', 'signatory'),
    cem: await member('Cem Other', 'signatory'),
    dan: await member('Dan Delegate', 'practitioner'),
    eve: await member('Eve Delegate', 'practitioner'),
  };
  let known = 0;
  const told = async (): Promise<readonly string[]> => {
    await server.worker.drain();
    const mails = await readOutbox(server.outbox);
    const fresh = mails.slice(known);
    known = mails.length;
    return fresh
      .map(({ to, subject = '' }) => {
        const address = JSON.stringify(to ?? '');
        const who = Object.values({ ...people, manager }).find(({ email }) =>
          address.includes(email),
        );
        return `${who?.name.split(' ')[0]}: ${subject.split(' ').slice(0, 3).join(' ')}`;
      })
      .sort();
  };
  await told();
  const begin = async (by: Person): Promise<string> =>
    (
      await startWorkflow(services, as(by), {
        workflow: 'ordered-letter',
        partnership: place.id,
        form: { order: [people.ann.id, people.bea.id] },
      })
    ).instance;
  const send = async (instance: string, by: Person, event: string, fields = {}): Promise<void> => {
    const head = await loadHead(services.store, services.workflows, instance);
    const manifest = head?.commit.snapshot.documents['letter']?.manifest ?? '';
    const signs = event === 'SIGN' ? { manifest } : {};
    await sendEvent(services, as(by), { instance, event, fields, ...signs });
  };
  return { ...story, people, told, begin, send };
}

test('where people sign in order the link goes to whoever is next, and to nobody else', async () => {
  const { told, begin, send, manager, people } = await letter();
  const instance = await begin(manager);
  expect(await told()).toEqual(['Ann: Please sign for']);
  await send(instance, people.ann, 'SIGN');
  expect(await told()).toEqual([
    'Bea: Harbour has signed:',
    'Bea: Please sign for',
    'Cem: Harbour has signed:',
    'Mary: Harbour has signed:',
  ]);
});

test('to whom signing is passed on hears of it once, and when their turn has come', async () => {
  const { told, begin, send, manager, people, ...story } = await letter();
  const instance = await begin(manager);
  await told();
  await send(instance, people.bea, 'DELEGATE', { delegateTo: people.eve.id });
  expect(await told()).toEqual([]);
  expect((await story.history(instance)).at(-1)?.story).toBe(
    'Nobody was asked: nobody who has that role owes it now',
  );
  await send(instance, people.ann, 'DELEGATE', { delegateTo: people.dan.id });
  expect(await told()).toEqual(['Dan: Passed on to']);
  await send(instance, people.dan, 'SIGN');
  expect((await told()).filter((one) => !one.includes('has signed'))).toEqual([
    'Eve: Please sign for',
  ]);
});

test('whoever acts is not told of their own doing, but is asked for what they owe, and not as by somebody else', async () => {
  const { server, told, begin, send, people, ...story } = await letter();
  const instance = await begin(people.ann);
  expect(await told()).toEqual(['Ann: Please sign for']);
  const [request] = (await readOutbox(server.outbox)).slice(-1);
  expect(request?.text).toContain('You asked for signatures, and one of them is yours');
  expect(request?.text).not.toContain('Ann First asks you');
  await send(instance, people.ann, 'SIGN');
  expect((await told()).filter((one) => one.startsWith('Ann'))).toEqual([]);
  await send(instance, people.bea, 'SIGN');
  expect(await told()).toEqual([
    'Ann: Harbour has signed:',
    'Cem: Harbour has signed:',
    'Mary: Harbour has signed:',
  ]);
  expect((await story.history(instance)).at(-1)?.snapshot.value).toBe('signed');
});
