import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { readOutbox } from '../support/read-outbox.ts';
import { doEvent, fillIn } from '../support/story/do-event.ts';
import { liveUntil } from '../support/story/live-until.ts';
import { signInVisitor } from '../support/story/sign-in-visitor.ts';
import { startTestServer } from '../support/test-server.ts';

inABrowser('a dispute in a browser', startTestServer, (scene) => {
  const settle = async (): Promise<void> => void (await scene.server.worker.drain());
  const until = (instant: string): Promise<void> => {
    const { clock, services } = scene.server;
    return liveUntil({ clock, tasks: services.store.tasks, settle }, instant);
  };
  const subjectsTo = async (address: string): Promise<readonly string[]> =>
    (await readOutbox(scene.server.outbox))
      .filter(({ to }) => JSON.stringify(to ?? '').includes(address))
      .map(({ subject }) => subject ?? '');

  test('climbs its ladder by the clock: warned two days before, ten working days at each level', async () => {
    const { browser, server } = scene;
    const council = await server.organisation('Moorland County Council');
    const refuge = await server.organisation('Harbour Refuge');
    const partnership = await server.partnership('Safe at Home', [council, refuge]);
    const mina = await server.member(partnership, council, 'Mina Manager', ['manager']);
    const olu = await server.member(partnership, refuge, 'Olu Manager', ['manager']);
    const chief = await server.member(partnership, refuge, 'Eleni Chief', ['executive']);
    await settle();

    const raiser = await signInVisitor(server, browser, mina, { width: 360 });
    const { page } = raiser;
    await raiser.open(`/partnerships/${partnership.id}`);
    await raiser.follow('Work through a difference or dispute');
    await fillIn(raiser, { 'What the difference is about': 'Who pays for the night cover' });
    await settle();
    await page.reload();
    const dispute = page.url();
    // No notice before one's own part was looked at and there was a talk: the page says so.
    expect(await raiser.text()).toContain(
      'You have not recorded yet that you looked at your own part.',
    );
    await doEvent({ settle }, raiser, 'Look at our own part first', {
      'We have asked ourselves whether a better contribution of our own would have led to a better outcome':
        'Yes',
      'We have looked for an outcome in which each side reaches what matters most to it': 'Yes',
      'We thought about our own part on': '2026-03-02',
    });
    await doEvent({ settle }, raiser, 'Record the talk with the other organisation', {
      'We talked with them on': '2026-03-02',
      'Who took part in the talk': 'The two managers.',
    });
    await doEvent({ settle }, raiser, 'Give written notice of a dispute', {
      'Organisations it is raised with': ['Harbour Refuge'],
      'What happened': 'The night cover was not paid in January.',
      'What would settle it': 'A rule for who pays.',
      'How the work goes on meanwhile': 'The council pays under protest.',
    });
    expect(await raiser.text()).toContain('With the managers');
    // Ten working days after Monday 2 March end with Monday 16 March.
    expect(await raiser.text()).toContain('16 March 2026');
    expect((await subjectsTo(olu.email)).join('\n')).toContain('Who pays for the night cover');

    await until('2026-03-12T08:00:00Z');
    const before = await subjectsTo(olu.email);
    await until('2026-03-12T20:00:00Z');
    const warned = (await subjectsTo(olu.email)).slice(before.length);
    expect(warned).toEqual([
      'Due soon in Safe at Home: This level ends – Dispute: Who pays for the night cover',
    ]);

    expect(await subjectsTo(chief.email)).toEqual(
      expect.not.arrayContaining([expect.stringContaining('night cover')]),
    );
    await until('2026-03-17T12:00:00Z');
    await raiser.open(dispute);
    expect(await raiser.text()).toContain('With the executives');
    // Counted from the day after it reached this level.
    expect(await raiser.text()).toContain('31 March 2026');
    expect((await subjectsTo(chief.email)).join('\n')).toContain('Who pays for the night cover');

    await until('2026-04-01T12:00:00Z');
    await raiser.open(dispute);
    expect(await raiser.text()).toContain('With independent help');
    // Ten working days here too, without Good Friday and Easter Monday.
    expect(await raiser.text()).toContain('17 April 2026');

    await until('2026-04-18T12:00:00Z');
    await raiser.open(dispute);
    expect(await raiser.text()).toContain('Every step of the ladder has been used');

    // Nobody outside the two organisations and the coordinator sees any of it.
    const stranger = await server.member(partnership, council, 'Pat Practitioner', [
      'practitioner',
    ]);
    const outside = await signInVisitor(server, browser, stranger);
    const answer = await outside.page.goto(dispute);
    expect(answer?.status()).toBe(404);
  });
});
