import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { hasProgram, outputOf } from '../support/programs.ts';
import { invite, setUp, setUpPartnership, signInByInvitation } from '../support/story/begin.ts';
import { doByLink, openMail } from '../support/story/by-mail.ts';
import { BETHAN, COUNCIL, HOUSE, LUCJA, type Part, RHODRI, ZOFIA } from '../support/story/cast.ts';
import { doEvent, fillIn } from '../support/story/do-event.ts';
import { DESIGN, doAll, PREPARE, READY_ON_PAPER, TERMS } from '../support/story/stages.ts';
import { startStoryServer } from '../support/story/story-server.ts';
import { type Visitor, visitor } from '../support/story/visitor.ts';

const canReadPdf = hasProgram('pdftotext') && hasProgram('qpdf');

const MEMORANDUM = 'Safe at Home: memorandum of understanding';
const QUESTION = 'Is your organisation ready to help shape, support and oversee the partnership?';

for (const javaScript of [true, false]) {
  const suite = `a partnership end to end ${javaScript ? 'with' : 'without'} JavaScript`;
  inABrowser(suite, startStoryServer, (scene) => {
    let bethan: Visitor;
    /** Addresses of the pages that the story comes back to. */
    let home = '';
    let course = '';
    let agreement = '';
    /** The fingerprints of the text that the executives were shown. */
    const shown = new Set<string>();

    test('is set up from the printed link, with its organisations and people', async () => {
      const { browser, server } = scene;
      const amina = await visitor(browser, { url: server.url, javaScript });
      await setUp(server, amina);
      await setUpPartnership(amina, 'Safe at Home');
      await invite(server, amina, [BETHAN, RHODRI, ZOFIA, LUCJA]);
      home = amina.page.url();
      expect(await amina.text()).toContain('Stage 1: Prepare');
      expect(await amina.text()).toContain('0 of 3 steps completed');
      await amina.close();
    });

    test('goes through what stage 1 and stage 2 ask for, and says what is missing', async () => {
      const { browser, server } = scene;
      bethan = await signInByInvitation(server, browser, BETHAN, { javaScript });
      await bethan.open(home);
      await bethan.follow('See what can be done now');
      course = bethan.page.url();
      expect(await bethan.text()).toContain(
        'The readiness of some organisations is not known yet.',
      );
      await doAll(server, bethan, PREPARE);

      // A partner answers a question from the link in the mail, without an account.
      const about = `Is ${HOUSE} ready?`;
      const zofia = await openMail(server, browser, { to: ZOFIA, about, javaScript });
      expect(await zofia.text()).toContain('0 of 10 done.');
      await doByLink(server, zofia, `Ready: ${QUESTION}`, {
        [QUESTION]: 'Yes',
        'What shows it': 'A trustee comes to every meeting, and may decide.',
        'Type your full name to confirm': ZOFIA.name,
      });
      expect(await zofia.text()).toContain('1 of 10 done.');
      await zofia.close();

      await doAll(server, bethan, READY_ON_PAPER);
      await server.mail.waitFor(
        ({ recipients, subject }) =>
          recipients.includes(ZOFIA.email) && subject.includes('need not answer'),
      );
      await doEvent(server, bethan, 'Begin stage 2: initiate and design');
      expect(await bethan.text()).toContain('Stage 2: Initiate and design');
      await doAll(server, bethan, DESIGN);
      expect(await bethan.text()).toContain('No agreement has been signed by every partner yet.');
    });

    test('drafts its memorandum, and every party agrees on one text by mail', async () => {
      const { browser, server } = scene;
      await bethan.follow('Have an agreement signed by every partner');
      await fillIn(bethan, {
        Title: MEMORANDUM,
        'Kind of document': 'Memorandum of understanding',
        'Legal force': 'Not legally binding',
        'It is made under section 75 of the National Health Service Act 2006': 'No',
      });
      await server.settle();
      await bethan.page.reload();
      agreement = bethan.page.url();
      await doAll(server, bethan, TERMS);
      await doEvent(server, bethan, 'Publish this draft for comment');
      expect(await bethan.text()).toContain('Out for comment');

      const agrees = 'My organisation agrees on exactly this text';
      for (const party of [ZOFIA, BETHAN]) {
        const reader = await openMail(server, browser, {
          to: party,
          about: 'Draft to',
          javaScript,
        });
        expect(await reader.text()).toContain('Each party will:');
        const name = { 'Type your full name to confirm': party.name };
        if (party === ZOFIA) {
          const comment = 'Say how often the board looks at complaints.';
          await doByLink(server, reader, 'Comment on the text', {
            'Your comment': comment,
            ...name,
          });
        }
        await doByLink(server, reader, 'Agree on this text', { [agrees]: true, ...name });
        await reader.close();
      }
      await bethan.open(agreement);
      expect(await bethan.text()).toContain('Agreed, ready to be signed');
      expect(await bethan.text()).toContain('Say how often the board looks at complaints.');
    });

    test('is signed by two executives on a phone, from their mails', async () => {
      const { server } = scene;
      await doEvent(server, bethan, 'Send it to be signed');
      await sign(RHODRI, 'Director of Social Services');
      await bethan.open(agreement);
      expect(await bethan.text()).toContain('Being signed');
      await sign(LUCJA, 'Chief Executive');
      await server.settle();
      await bethan.open(agreement);
      expect(await bethan.text()).toContain('Signed, not in effect yet');

      for (const { email } of [RHODRI, LUCJA, ZOFIA, BETHAN]) {
        await server.mail.waitFor(
          ({ recipients, subject }) => recipients.includes(email) && subject.includes('Signed'),
        );
      }
    });

    async function sign(who: Part, position: string): Promise<void> {
      const executive = await openMail(scene.server, scene.browser, {
        to: who,
        about: 'Please sign',
        javaScript,
      });
      const { page } = executive;
      shown.add(/Fingerprint of exactly this text: (\w+)/u.exec(await executive.text())?.[1] ?? '');
      const button = page.getByRole('button', { name: 'Sign for your organisation' });
      // Reachable: the text stands in a frame, and a link leads past it.
      await page.getByRole('link', { name: 'Go to your decision' }).click();
      expect(await button.count()).toBe(1);
      const height = await page.locator('main').boundingBox();
      expect(height?.height ?? 0).toBeLessThan(3_000);
      await fillIn(executive, {
        'Your full name': who.name,
        'Your position': position,
        'Authority to sign': who.authority ?? '',
        'I may sign for my organisation, and it agrees to exactly this text': true,
      });
      expect(await executive.text()).toContain('Recorded');
      await executive.close();
    }

    test.skipIf(!canReadPdf)(
      'has an executed copy whose certificate names both signatories with their authority',
      async () => {
        const { server } = scene;
        const file = await download(bethan.page, 'executed');
        await outputOf('qpdf', '--check', file);
        const text = await outputOf('pdftotext', '-layout', file, '-');
        for (const words of [COUNCIL, HOUSE, 'One door to come to']) expect(text).toContain(words);
        // It stands in the list of contents, too.
        const certificate = text.slice(text.lastIndexOf('\nCertificate of signature'));
        for (const { name, organisation, authority } of [RHODRI, LUCJA]) {
          const signed = certificate.slice(certificate.indexOf(`\n${organisation}\n`));
          expect(signed).toMatch(new RegExp(`^\\s*Name, as typed +${name}$`, 'mu'));
          expect(signed).toMatch(new RegExp(`^\\s*Known here as +${name}$`, 'mu'));
          expect(signed).toMatch(/^\s*How +From a personal link sent by e-mail/mu);
          expect(signed).toMatch(new RegExp(`^\\s*Authority +${String(authority)}$`, 'mu'));
        }
        // What both were shown, and what the mail with the copy calls it.
        expect(shown.size).toBe(1);
        for (const fingerprint of shown) expect(certificate).toContain(`\n${fingerprint}`);
        const { text: mail } = await server.mail.waitFor(({ subject }) =>
          subject.startsWith('Signed by all'),
        );
        expect(certificate).toContain(/[0-9a-f]{64}/u.exec(mail)?.[0]);
        const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
        expect(await server.services.store.documents.bytes(hash)).toBeDefined();
      },
    );

    test('begins delivery, and its first review is planned, announced and opened in time', async () => {
      const { browser, server } = scene;
      await bethan.open(course);
      await doEvent(server, bethan, 'Record the decision to begin delivery', {
        'Who decided that delivery begins': 'The Safe at Home Board',
        'Decided on': '2024-03-04',
        'Delivery begins on': '2024-04-01',
        'By when: Hear from staff and clients': '2024-10-01',
        'By when: Monitor, evaluate and learn': '2024-12-01',
      });
      expect(await bethan.text()).toContain('Stage 3: Ongoing delivery');
      expect(await bethan.text()).toContain('Review planned');
      await bethan.open(home);
      // Twelve weeks before the last day to give notice, 3 March 2025.
      expect(await bethan.text()).toContain('9 December 2024');

      server.mail.clear();
      await server.until('2024-12-10T09:00:00.000Z');
      // What was shown on paper is asked for no longer.
      const subjects = server.mail.mails().map(({ subject }) => subject);
      expect(subjects.filter((subject) => /readiness/iu.test(subject))).toEqual([]);
      const mail = await server.mail.waitFor(
        ({ recipients, subject }) => recipients.includes(ZOFIA.email) && /review/iu.test(subject),
      );
      expect(mail.text).toContain('Safe at Home');
      const zofia = await openMail(server, browser, {
        to: ZOFIA,
        about: mail.subject,
        javaScript,
      });
      expect(await zofia.text()).toMatch(/position/u);
      await zofia.close();
      await bethan.open(home);
      await bethan.follow(/^Review/u);
      expect(await bethan.text()).toContain('Hearing every organisation');
    });

    /** Saves the PDF of a document of the agreement; answers where it is. */
    async function download(page: Page, name: string): Promise<string> {
      const instance = new URL(agreement).pathname.split('/').at(-1) ?? '';
      const head = await scene.server.services.store.commits.head(instance);
      const { snapshot } = JSON.parse(head?.text ?? '{}') as {
        snapshot: { documents: Record<string, { pdf: string }> };
      };
      const pdf = snapshot.documents[name]?.pdf ?? 'none';
      const link = page.locator(`a[href*="${pdf}"]`).first();
      const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
      return await file.path();
    }
  });
}
