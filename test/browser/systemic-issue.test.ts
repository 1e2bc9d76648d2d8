import { expect, test } from 'vitest';
import type { Person } from '../../server/store/directory.ts';
import { inABrowser } from '../support/in-a-browser.ts';
import { linksTo, readOutbox } from '../support/read-outbox.ts';
import { doEvent, fillIn } from '../support/story/do-event.ts';
import { signInVisitor } from '../support/story/sign-in-visitor.ts';
import { visitor } from '../support/story/visitor.ts';
import { startTestServer } from '../support/test-server.ts';

inABrowser('a systemic issue in a browser', startTestServer, (scene) => {
  const settle = async (): Promise<void> => void (await scene.server.worker.drain());

  async function raise(person: Person, partnership: string, title: string): Promise<string> {
    const somebody = await signInVisitor(scene.server, scene.browser, person);
    await somebody.open(`/partnerships/${partnership}`);
    await somebody.follow('Raise a systemic issue');
    await fillIn(somebody, {
      'The issue in a few words': title,
      'What kind of barrier is it': 'Rules, policy or law',
      'What stands in the way': 'A family that moves three streets loses its benefit.',
      'What it does to clients': 'They stay where they are not safe.',
      'What you have tried': 'We asked both benefit offices.',
      'What shows it': 'Nine cases since January.',
    });
    await settle();
    const address = somebody.page.url();
    await somebody.close();
    return address;
  }

  test('that two partnerships meet is joined into one, referred, decided, and everybody is told', async () => {
    const { browser, server } = scene;
    const council = await server.organisation('Moorland County Council');
    const refuge = await server.organisation('Harbour Refuge');
    const trust = await server.organisation('Vale Health Trust');
    const first = await server.partnership('Safe at Home', [council, refuge]);
    const second = await server.partnership('Night shelter', [council, trust]);
    const olu = await server.member(first, refuge, 'Olu Manager', ['manager']);
    const tom = await server.member(second, trust, 'Tom Manager', ['manager']);
    const tier = await server.member(first, council, 'Sian Second', ['second-tier']);
    await settle();
    const main = await raise(olu, first.id, 'Benefit stops at the county border');
    const other = await raise(tom, second.id, 'Nobody pays rent after a move');

    const amina = await signInVisitor(server, browser, server.administrator);
    await amina.open('/registers/systemic-issue');
    expect(await amina.text()).toContain('Benefit stops at the county border');
    expect(await amina.text()).toContain('Nobody pays rent after a move');
    await amina.open(other);
    await doEvent({ settle }, amina, 'Join it to another issue', {
      'Which issue is the main one':
        'Systemic issue: Benefit stops at the county border (Safe at Home)',
      'Why it is the same barrier': 'Both come from the rule on residence.',
    });
    expect(await amina.text()).toContain('Joined to another issue');
    await amina.open(main);
    expect(await amina.text()).toContain('Nobody pays rent after a move');
    await doEvent({ settle }, amina, 'Refer it to the second-tier group', {
      'Which group decides': 'Regional benefits board',
      'Why it needs their decision, and what you ask of them': 'Only they can change the rule.',
    });
    expect(await amina.text()).toContain('Referred, not acknowledged yet');

    // The group has no account: it decides from the link in its mail, on a phone.
    const [link = ''] = (await linksTo(server.outbox, tier.email)).slice(-1);
    const sian = await visitor(browser, { width: 360, url: server.url });
    await sian.open(link);
    const decide = 'Record the decision';
    const isMain = (await sian.page.getByRole('heading', { name: decide }).count()) > 0;
    if (!isMain) await sian.follow(decide);
    await fillIn(sian, {
      Decision: 'Accepted: something will be done',
      Reasons: 'The rule was never meant for them.',
      'Who decided': 'The board',
      'Decided on': '2026-03-02',
      'What will be done': [
        {
          What: 'A waiver of six weeks',
          'Who (name the post)': 'Head of benefits',
          'By when': '2026-06-01',
        },
      ],
      'When you will check whether it was done': '2026-06-15',
      'Type your full name to confirm': tier.name,
    });
    expect(await sian.text()).toContain('Recorded');
    await settle();
    await settle();

    for (const { email } of [olu, tom]) {
      const mails = (await readOutbox(server.outbox)).filter(({ to, text }) => {
        return JSON.stringify(to ?? '').includes(email) && text?.includes('A waiver of six weeks');
      });
      expect(mails.length, email).toBeGreaterThan(0);
    }
    await amina.open(main);
    expect(await amina.text()).toContain('A waiver of six weeks');
  });
});
