import { expect, test } from 'vitest';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { letterToSign } from '../../support/letter-story.ts';
import { readOutbox } from '../../support/read-outbox.ts';

test('who has signed gets the copy itself by mail, and need not sign in to have it', async () => {
  const story = await letterToSign();
  const { services, worker, outbox } = story.server;
  const head = await services.store.commits.head(story.instance);
  const { snapshot } = JSON.parse(head?.text ?? '{}') as {
    snapshot: { documents: { letter: { manifest: string; pdf: string } } };
  };
  const { manifest, pdf } = snapshot.documents.letter;
  for (const person of story.executives) {
    const signing = { instance: story.instance, event: 'SIGN', fields: {}, manifest };
    await sendEvent(services, { kind: 'person', person }, signing);
  }
  await worker.drain();
  const copies = (await readOutbox(outbox)).filter(({ subject = '' }) =>
    subject.startsWith('Signed by all'),
  );
  expect(copies).toHaveLength(2);
  for (const { attachments, text } of copies) {
    expect(text).toContain('Your copy is attached to this mail.');
    const [attached] = attachments;
    expect(attached?.filename).toBe('a-joint-letter.pdf');
    expect(attached?.contentType).toBe('application/pdf');
    const stored = await services.store.documents.bytes(pdf);
    expect(attached?.content.equals(Buffer.from(stored ?? []))).toBe(true);
  }
  await story.server.stop();
});
