import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { type MongoServer, startMongoServer } from '../support/mongo-server.ts';
import { inForm, timeForMore } from './in-form.ts';
import { roundsUnderTrouble, type Scene } from './rounds-under-trouble.ts';

const KILLS = inForm({ short: 3, long: 20 });
const PROCESSES = 2;

// the one at MONGO_URL is not ours to kill
const mongo = process.env['MONGO_URL'] ? undefined : await startMongoServer(true);

test.skipIf(mongo === undefined)(
  `over ${KILLS} kills of the database no acknowledged change is lost, nothing is done twice, and people are told to try again`,
  async () => {
    if (mongo === undefined) return;
    onTestFinished(() => mongo.stop());
    const store = mongo.newDatabase();
    await roundsUnderTrouble({
      store,
      processes: PROCESSES,
      mostOpen: 16,
      open: () => openMongoStore({ url: store, mode: 'serve' }),
      trouble: killDatabase(mongo),
      of: 'kills of the database',
    });
  },
  300_000 + KILLS * 60_000,
);

function killDatabase(database: MongoServer): (scene: Scene) => Promise<number> {
  return async ({ mails, people }) => {
    const isTime = timeForMore();
    let kill = 0;
    for (; kill < KILLS && isTime(); kill += 1) {
      const { again } = people.told();
      mails.mode(kill % 3 === 1 ? 'slow' : 'accept');
      await delay(1_000 + Math.random() * 2_000);
      await database.kill();
      // every third time for longer than anybody is made to wait, else so that most only wait
      if (kill % 3 === 0) while (people.told().again < again + 10) await delay(50);
      else await delay(Math.random() * 2_000);
      await database.start();
      const { over } = people.rounds();
      while (people.rounds().over < over + 2) await delay(50);
    }
    expect(people.told().again).toBeGreaterThan(kill);
    return kill;
  };
}
