import { expect, test } from 'vitest';
import { readInstance } from '../../server/use-cases/read-instance.ts';
import { inABrowser } from '../support/in-a-browser.ts';
import { doEvent } from '../support/story/do-event.ts';
import { section75Draft } from '../support/story/section-75-draft.ts';
import { signInVisitor } from '../support/story/sign-in-visitor.ts';
import { startTestServer } from '../support/test-server.ts';

inABrowser('a Section 75 agreement in a browser', startTestServer, (scene) => {
  test('cannot go to signature while required items are open, and lists exactly those, each with its link', async () => {
    const { browser, server } = scene;
    const draft = await section75Draft(server);
    const lead = await signInVisitor(server, browser, draft.lead);
    const { page } = lead;
    await lead.open(`/instances/${draft.agreement}`);
    expect(await page.getByRole('link', { name: 'Send it to be signed' }).count()).toBe(0);

    const asker = { kind: 'person', person: draft.lead } as const;
    const { data } = await readInstance(server.services, asker, draft.checklist);
    const required = (data['items'] as { requirement: string; question: string }[]).filter(
      ({ requirement }) => requirement === 'law',
    );
    expect(required.length).toBeGreaterThan(10);
    const gate = page
      .getByRole('listitem')
      .filter({ hasText: 'Send it to be signed' })
      .filter({ hasText: 'which the regulations require in writing' });
    const open = gate.locator(`a[href*="/instances/${draft.checklist}/fields/items."]`);
    const shown = await open.allInnerTexts();
    expect(shown.length).toBe(required.length);
    for (const { question } of required) {
      expect(shown.filter((text) => text.includes(question)).length, question).toBe(2);
    }
    for (const organisation of [draft.council.name, draft.trust.name]) {
      expect(await gate.innerText()).toContain(organisation);
    }

    // The link leads to the item itself.
    const address = (await open.first().getAttribute('href')) ?? '';
    await page.goto(address);
    await lead.check();
    const target = page.locator(new URL(page.url()).hash);
    expect(await target.count()).toBe(1);

    // One item assured: exactly that one is gone from the list.
    await lead.open(`/instances/${draft.checklist}`);
    await doEvent(
      { settle: async () => void (await server.worker.drain()) },
      lead,
      'Answer an item: services and governance',
      {
        Item: 'Required: The agreed aims and outcomes of the pooled fund',
        'How it stands': 'In place',
        Answer: 'They stand in clause 2.',
        'Where the evidence is': 'Agreement, clause 2.',
      },
    );
    await lead.open(`/instances/${draft.agreement}`);
    const left = await open.allInnerTexts();
    expect(left.length).toBe(required.length - 1);
  });
});
