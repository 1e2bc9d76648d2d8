import { afterAll, describe, expect, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { collectQueries } from '../support/query-plans.ts';
import { describeStoreContract } from './store-contract.ts';

const server = await startMongoServer();
const queries = collectQueries();
const collections =
  'commits instances tasks links personalValues documents documentParts organisations people partnerships memberships mails definitions sessions installation apiTokens meta work workPieces rateLimits'.split(
    ' ',
  );

describe.skipIf(server === undefined)('a store on MongoDB', () => {
  afterAll(() => server?.stop());
  const newDatabase = () => server?.newDatabase() ?? '';

  describeStoreContract('MongoDB', () =>
    openMongoStore({ url: newDatabase(), mode: 'serve', onCommand: queries.onCommand }),
  );

  test('every query that the contract brought about is served by an index', async () => {
    const url = newDatabase();
    await (await openMongoStore({ url, mode: 'serve' })).close();
    for (const plan of await queries.explain(url)) {
      expect(plan, plan.query).toMatchObject({ index: expect.any(String) });
      // SecantusDB never plans with an index over part of a collection, and sorts what is in order
      if (server?.real !== true) continue;
      expect(plan, plan.query).toMatchObject({ scansAll: false, sorts: false });
    }
    // a collection that no query has touched would have escaped this test
    expect(queries.collections()).toEqual(new Set(collections));
  });
});
