import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts';
import { startMongoServer } from '../../support/mongo-server.ts';
import { minute } from '../../support/synthetic-commit.ts';
import { startTestServer } from '../../support/test-server.ts';

const REGISTER = '/registers/partnership';
const HARBOUR = { id: 'o1', name: 'Harbour', kind: 'charity', createdAt: minute(0) } as const;

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

describe.skipIf(mongo === undefined)('what is shown from a MongoDB', () => {
  /** A store, and what it has asked. */
  async function scene() {
    const asked: string[] = [];
    const store = await openMongoStore({
      url: mongo?.newDatabase() ?? '',
      mode: 'serve',
      onCommand: ({ find, filter, sort, limit }) => {
        if (find !== undefined) asked.push(JSON.stringify({ find, filter, sort, limit }));
      },
    });
    return { store, asked };
  }

  test('no page asks the same twice, and the next one asks again', async () => {
    const { store, asked } = await scene();
    const server = await startTestServer({ store: async () => store });
    onTestFinished(() => server.stop());
    const lead = await server.organisation('Northshire Health');
    const place = await server.partnership('Safe at home', [lead]);
    const browser = await server.signIn(server.administrator);
    // on a busy machine a page may take longer than what was read is kept
    const still = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    onTestFinished(() => still.mockRestore());
    for (const path of [`/partnerships/${place.id}`, `/instances/${place.instance}`, REGISTER]) {
      for (let visit = 0; visit < 2; visit += 1) {
        asked.length = 0;
        expect((await browser.get(path)).status).toBe(200);
        const questions = asked.filter((question) => !question.includes('"sessions"'));
        expect(questions.length).toBeGreaterThan(3);
        expect(questions.toSorted()).toEqual([...new Set(questions)].toSorted());
      }
    }
  });

  test('what was written while it was shown is seen, and what another wrote outside of it at once', async () => {
    const { store, asked } = await scene();
    onTestFinished(() => store.close());
    const put = (called: string) => store.directory.putOrganisation({ ...HARBOUR, name: called });
    const name = async () => (await store.directory.organisation('o1'))?.name;
    await put('Harbour');
    await store.reading(async () => {
      expect([await name(), await name()]).toEqual(['Harbour', 'Harbour']);
      await put('Haven');
      expect(await name()).toBe('Haven');
    });
    asked.length = 0;
    expect([await name(), await name()]).toEqual(['Haven', 'Haven']);
    expect(asked).toHaveLength(2);
  });

  test('what was begun in it and outlives it sees what is new', async () => {
    const { store } = await scene();
    onTestFinished(() => store.close());
    await store.directory.putOrganisation(HARBOUR);
    let later: Promise<string | undefined> = Promise.resolve(undefined);
    await store.reading(async () => {
      await store.directory.organisation('o1');
      later = new Promise((resolve) => {
        setTimeout(() => {
          resolve(store.directory.organisation('o1').then((found) => found?.name));
        }, 2_200);
      });
    });
    await store.directory.putOrganisation({ ...HARBOUR, name: 'Haven' });
    expect(await later).toBe('Haven');
  });
});
