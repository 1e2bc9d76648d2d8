import { expect, onTestFinished, test } from 'vitest';
import { readCommit } from '../../../server/runtime/head.ts';
import { letterToSign } from '../../support/letter-story.ts';

test('the reference that somebody keeps is that of their own act, whatever has happened since', async () => {
  const letter = await letterToSign();
  const { server, instance, executives } = letter;
  onTestFinished(() => server.stop());
  const [ann, other] = executives;
  const link = await letter.linkOf(ann);
  const browser = server.browser();
  await browser.post(`${link}/do/SIGN`, { confirmName: ann.name, _key: 'a' });
  await server
    .browser()
    .post(`${await letter.linkOf(other)}/do/SIGN`, { confirmName: other.name, _key: 'b' });
  await server.worker.drain();
  const history = await server.services.store.commits.history(instance, { limit: 99 });
  const signed = history.find((one) => readCommit(one).event.type === 'SIGN');
  expect(history.at(-1)?.seq).toBeGreaterThan(signed?.seq ?? 99);
  const thanks = await browser.get(`${link}/done/SIGN`);
  expect(thanks.text).toContain(`<strong>${signed?.hash.slice(0, 12)}</strong>`);
});
