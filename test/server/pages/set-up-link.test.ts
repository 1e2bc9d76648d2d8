import { SET_UP_ANSWERS } from '../../support/set-up-answers.ts';
import { expect, onTestFinished, test } from 'vitest';
import { completeSetUp, setUpLink } from '../../../server/use-cases/set-up.ts';
import { startTestServer } from '../../support/test-server.ts';

test('the set-up link says that it has been used, instead of asking everything once more', async () => {
  const server = await startTestServer({ setUp: false });
  onTestFinished(() => server.stop());
  const link = (await setUpLink(server.services)) ?? '';
  const before = await fetch(link);
  expect(before.status).toBe(200);
  expect(await before.text()).toContain('Your organisation');

  await completeSetUp(server.services, SET_UP_ANSWERS);
  for (const method of ['GET', 'POST']) {
    const after = await fetch(link, { method, headers: { origin: new URL(link).origin } });
    expect(after.status, method).toBe(410);
    const text = await after.text();
    expect(text).toContain('This link cannot be used any more');
    expect(text).toContain('has been set up already. Sign in with your e-mail address.');
    expect(text).not.toContain('load the page again');
  }
});
