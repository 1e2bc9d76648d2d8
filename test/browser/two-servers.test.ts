import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { inABrowser } from '../support/in-a-browser.ts';
import type { KillableServer } from '../support/killable-server.ts';
import { hasMongo } from '../support/mongo-server.ts';
import { answerForm, type Answers, sendForm } from '../support/story/answer-form.ts';
import { invite, setUp, setUpPartnership, signInByInvitation } from '../support/story/begin.ts';
import { doByLink, openMail } from '../support/story/by-mail.ts';
import { BETHAN, LUCJA, type Part, RHODRI, ZOFIA } from '../support/story/cast.ts';
import { doEvent, fillIn, openFolds } from '../support/story/do-event.ts';
import { DESIGN, doAll, PREPARE, READY_ON_PAPER, TERMS } from '../support/story/stages.ts';
import { startTwoProcesses } from '../support/story/two-process-place.ts';
import { type Visitor, visitor } from '../support/story/visitor.ts';

const MEMORANDUM = 'Safe at Home: memorandum of understanding';
/** The pages are those of the other stories, which have judged them. */
const LOOK = { javaScript: true, checked: false } as const;
const AGREES = 'My organisation agrees on exactly this text';

describe.skipIf(!hasMongo())('with a MongoDB', () => {
  inABrowser('a story on two servers, of which one is killed', startTwoProcesses, (scene) => {
    test('is told to the executed copy, and nobody has to sign in or type anything again', async () => {
      const { browser, server } = scene;
      const amina = await visitor(browser, { ...LOOK, url: server.url });
      await setUp(server, amina);
      await setUpPartnership(amina, 'Safe at Home');
      await invite(server, amina, [BETHAN, RHODRI, ZOFIA, LUCJA]);
      await amina.close();

      const bethan = await signInByInvitation(server, browser, BETHAN, LOOK);
      await bethan.follow('See what can be done now');
      await doAll(server, bethan, laterYears(PREPARE));
      await doAll(server, bethan, laterYears(READY_ON_PAPER));
      await doEvent(server, bethan, 'Begin stage 2: initiate and design');
      await doAll(server, bethan, laterYears(DESIGN));
      await bethan.follow('Have an agreement signed by every partner');
      await fillIn(bethan, {
        Title: MEMORANDUM,
        'Kind of document': 'Memorandum of understanding',
        'Legal force': 'Not legally binding',
        'It is made under section 75 of the National Health Service Act 2006': 'No',
      });
      await server.settle();
      await bethan.page.reload();
      const agreement = bethan.page.url();

      // The first server is killed while she types, and what she sends goes to the other.
      const [parties, background, ...terms] = laterYears(TERMS);
      const [first, second] = server.servers;
      await doAll(server, bethan, parties ? [parties] : []);
      await doWhile(bethan, background, { typing: () => first?.kill() });
      await server.settle();
      await bethan.open(agreement);
      // It comes back, and the other is killed at the moment in which she presses the button.
      await startAgain(first);
      const [next, ...others] = terms;
      await doWhile(bethan, next, { sending: () => second?.kill() });
      await server.settle();
      await bethan.open(agreement);
      await startAgain(second);
      await doAll(server, bethan, others);
      await doEvent(server, bethan, 'Publish this draft for comment');
      expect(await bethan.text()).toContain('Out for comment');

      for (const party of [ZOFIA, BETHAN]) {
        const reader = await openMail(server, browser, { to: party, about: 'Draft to', ...LOOK });
        await doByLink(server, reader, 'Agree on this text', {
          [AGREES]: true,
          'Type your full name to confirm': party.name,
        });
        await reader.close();
      }
      await bethan.open(agreement);
      await doEvent(server, bethan, 'Send it to be signed');
      await sign(RHODRI, 'Director of Social Services', nothing);
      await sign(LUCJA, 'Chief Executive', () => first?.kill());
      await server.settle();
      await bethan.open(agreement);
      expect(await bethan.text()).toContain('Signed, not in effect yet');
      for (const { email } of [RHODRI, LUCJA, ZOFIA, BETHAN]) {
        await server.mail.waitFor(
          ({ recipients, subject }) => recipients.includes(email) && subject.includes('Signed'),
        );
      }

      const { store } = server.services;
      expect((await verifyStore(store)).findings).toEqual([]);
      expect(await store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
      const instance = new URL(agreement).pathname.split('/').at(-1) ?? '';
      const history = await store.commits.history(instance, { limit: 500 });
      const events = history.map(({ text }) => (JSON.parse(text) as Committed).event.type);
      // what was typed and sent while a server died is there, and was taken once
      expect(history.at(-1)?.text).toContain('We met the same families in five offices.');
      expect(history.at(-1)?.text).toContain('One coordinator');
      expect(events.filter((type) => type === 'SIGN')).toHaveLength(2);
      const { snapshot } = JSON.parse(history.at(-1)?.text ?? '{}') as Committed;
      const executed = snapshot.documents['executed']?.pdf ?? '';
      expect(await store.documents.bytes(executed)).toBeDefined();
    });

    async function sign(who: Part, position: string, meanwhile: () => unknown): Promise<void> {
      const { browser, server } = scene;
      const mail = { to: who, about: 'Please sign', ...LOOK };
      const executive = await openMail(server, browser, mail);
      const answers = {
        'Your full name': who.name,
        'Your position': position,
        'Authority to sign': who.authority ?? '',
        'I may sign for my organisation, and it agrees to exactly this text': true,
      } as const;
      await answerForm(executive.page, answers);
      await persist(executive.page, meanwhile);
      expect(await executive.text()).toContain('Recorded');
      await executive.close();
    }
  });
});

type Deed = readonly [label: string, answers: Answers];
type Meanwhile = () => unknown;
const nothing: Meanwhile = () => undefined;

/** What somebody does on the page of a record, while something happens to the servers. */
async function doWhile(
  somebody: Visitor,
  deed: Deed | undefined,
  { typing = nothing, sending = nothing }: { typing?: Meanwhile; sending?: Meanwhile },
): Promise<void> {
  const { page } = somebody;
  const record = page.url();
  const [label, answers] = deed ?? ['', {}];
  await openFolds(somebody);
  await somebody.follow(label);
  await answerForm(page, answers);
  await typing();
  await persist(page, sending);
  const send = page.locator('main button.govuk-button[name="_step"][value="send"]');
  if ((await send.count()) > 0) await persist(page, nothing);
  expect(page.url(), label).toBe(record);
}

/** Presses the button of the page; when no answer comes, presses "reload", as the browser offers. */
async function persist(page: Page, meanwhile: Meanwhile): Promise<void> {
  await Promise.all([sendForm(page).catch(() => undefined), meanwhile()]);
  for (let tries = 0; tries < 20 && (await isLost(page)); tries += 1) {
    await delay(500);
    await page.reload().catch(() => undefined);
  }
}

/** Whether the page says that there was no answer, or that it is to be tried again. */
async function isLost(page: Page): Promise<boolean> {
  if (page.url().startsWith('chrome-error:')) return true;
  return /try again/iu.test(await page.locator('h1').first().innerText());
}

async function startAgain(server: KillableServer | undefined): Promise<void> {
  server?.start();
  await server?.answering();
}

/** The dates of the other stories are past by the clock of real servers. */
function laterYears(deeds: readonly Deed[]): readonly Deed[] {
  const more = new Date().getUTCFullYear() + 1 - 2024;
  const later = (_: string, name: string, year: string, rest: string): string =>
    `${name}${Number(year) + more}${rest}`;
  const text = JSON.stringify(deeds).replaceAll(/(")(20\d\d)(-\d\d-\d\d")/gu, later);
  return JSON.parse(text) as readonly Deed[];
}

interface Committed {
  readonly event: { readonly type: string };
  readonly snapshot: { readonly documents: Readonly<Record<string, { readonly pdf: string }>> };
}
