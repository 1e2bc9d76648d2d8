import { expect, onTestFinished, test } from 'vitest';
import { membersStanding } from '../../../server/access/standing.ts';
import type { Directory } from '../../../server/store/directory.ts';
import { listDue } from '../../../server/use-cases/list-due.ts';
import { letterToSign } from '../../support/letter-story.ts';
import { startTestServer } from '../../support/test-server.ts';

type Reading = 'partnerships' | 'membershipsOf' | 'people' | 'organisations';

/** Counts how often everything of a kind is read. */
function counted(directory: Directory): Readonly<Record<Reading, number>> {
  const counts = { partnerships: 0, membershipsOf: 0, people: 0, organisations: 0 };
  for (const name of Object.keys(counts) as Reading[]) {
    const read = directory[name].bind(directory) as (...given: unknown[]) => unknown;
    Object.assign(directory, {
      [name](...given: unknown[]) {
        counts[name] += 1;
        return read(...given);
      },
    });
  }
  return counts;
}

test('what reads all partnerships or everybody reads them once, however many partnerships there are', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const { services, administrator } = server;
  const { directory } = services.store;
  const trust = await server.organisation('Vale Health Trust');
  const refuge = await server.organisation('Harbour Refuge');
  for (let n = 0; n < 12; n += 1) await server.partnership(`Place ${n}`, [trust, refuge]);
  const [place] = await directory.partnerships();
  const counts = counted(directory);
  const asker = { kind: 'person', person: administrator } as const;
  const { items } = await listDue(services, asker, { mine: false });
  expect(items.length).toBeGreaterThan(11);
  expect(counts).toEqual({ partnerships: 1, membershipsOf: 2, people: 0, organisations: 0 });
  await membersStanding(services.store, place?.id ?? null);
  expect(counts.people).toBe(0);
});

test('a mail about a record looks up those it names and writes to, and nobody else', async () => {
  const letter = await letterToSign();
  onTestFinished(() => letter.server.stop());
  const { mails, directory } = letter.server.services.store;
  const sent = async (): Promise<number> => (await mails.list({ limit: 99 })).mails.length;
  const before = await sent();
  const counts = counted(directory);
  await letter.send('CHANGE', { purpose: 'We work together at night, too.' });
  expect(await sent()).toBe(before + 2);
  expect(counts).toMatchObject({ people: 0, organisations: 0 });
});
