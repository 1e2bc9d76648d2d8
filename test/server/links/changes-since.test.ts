import { expect, test } from 'vitest';
import { letterToSign } from '../../support/letter-story.ts';

test('whoever was sent an earlier text is shown all that changed since that text, however often it did', async () => {
  const story = await letterToSign();
  const [ann] = story.executives;
  await story.send('CHANGE', { purpose: 'We plan together.' });
  await story.send('CHANGE', { purpose: 'We decide together.' });
  const { text } = await story.server.browser().get(await story.linkOf(ann));
  expect(text).toContain('What changed since the last text');
  const changes = text.slice(text.indexOf('What changed since the last text'));
  expect(changes).toContain('work');
  expect(changes).toContain('decide');
  expect(changes).not.toContain('plan');
  await story.server.stop();
});
