import { afterAll, describe, expect, test } from 'vitest';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import type { TestServer } from '../support/test-server.ts';
import { APPROVAL_ROUND, asPerson, ERRAND, twoServers } from './two-servers.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

describe.skipIf(mongo === undefined)('a server that has just written to a record', () => {
  /** An approval that the first server has begun. */
  async function scene() {
    const story = await twoServers(mongo?.newDatabase() ?? '', {
      workflows: [APPROVAL_ROUND, ERRAND],
    });
    const { servers, place, organisations } = story;
    const mary = await story.member(0, 'Mary Manager', 'manager');
    const { instance } = await startWorkflow(servers[0].services, asPerson(mary), {
      workflow: 'approval-round',
      partnership: place.id,
      form: { subject: 'A van' },
    });
    const organisation = organisations[0].id;
    const by = { person: mary.id, organisation, role: 'manager', authority: null };
    const note = ({ services }: TestServer, text: string, expectedSeq?: number) =>
      services.runtime.send({
        instance,
        event: { type: 'NOTE', text },
        source: { kind: 'person' },
        by,
        cause: { kind: 'person' },
        ...(expectedSeq === undefined ? {} : { expectedSeq }),
      });
    const notes = async () =>
      (await story.history(instance)).flatMap(({ event }) => event['text'] ?? []);
    return { ...story, note, notes };
  }

  test('goes on from there without asking, by one insertion and what follows from it', async () => {
    const { servers, sent, note } = await scene();
    await note(servers[0], 'one');
    sent[0].length = 0;
    for (const text of ['two', 'three', 'four']) await note(servers[0], text);
    const each = ['insert commits', 'update instances'];
    // the marks of projected commits are taken off when there is time
    const awaited = sent[0].filter((command) => command !== 'update commits');
    expect(awaited).toEqual([...each, ...each, ...each]);
  });

  test('looks again when another has gone on since, and neither step is lost', async () => {
    const { servers, note, notes } = await scene();
    const said: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const [n, server] of servers.entries()) {
        said.push(`${round} of ${n}`);
        await note(server, said.at(-1) ?? '');
      }
    }
    expect(await notes()).toEqual(said);
    expect((await verifyStore(servers[1].services.store)).findings).toEqual([]);
  });

  test('refuses only what the newest commit refuses', async () => {
    const { servers, note, notes } = await scene();
    await note(servers[0], 'one');
    const { seq } = await note(servers[1], 'two');
    // as the first server left it, that is not yet so
    await note(servers[0], 'three', seq);
    await note(servers[1], 'four');
    // and that no longer
    await expect(note(servers[0], 'five', seq + 1)).rejects.toMatchObject({
      code: 'stale-sequence',
    });
    expect(await notes()).toEqual(['one', 'two', 'three', 'four']);
  });
});
