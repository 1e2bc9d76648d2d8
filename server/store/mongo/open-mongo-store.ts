import { ConcordatError } from '../../../engine/errors.ts';
import { storeAddress } from '../store-address.ts';
import type { Store } from '../store.ts';
import { createMongoCommitStore } from './commit-store.ts';
import { connectToMongo } from './connection.ts';
import { type DatabaseClock, watchDatabaseClock } from './database-clock.ts';
import { createDatabase } from './database.ts';
import { createMongoDefinitionStore } from './definition-store.ts';
import { createMongoDirectory } from './directory-store.ts';
import { createMongoDocumentStore } from './document-store.ts';
import { bringUpToDate, type Migration, requireFormat } from './format.ts';
import { createMongoInstallationStore } from './installation-store.ts';
import { createMongoInstanceStore } from './instance-store.ts';
import { createMongoLinkStore } from './link-store.ts';
import { createMongoMailStore } from './mail-store.ts';
import { createModels } from './models.ts';
import { createProjector } from './projector.ts';
import { createMongoRateLimitStore } from './rate-limit-store.ts';
import { createMongoSessionStore } from './session-store.ts';
import { mongoError } from './store-error.ts';
import { createMongoTaskStore } from './task-store.ts';
import { createMongoWorkStore } from './work-store.ts';

export interface MongoStoreOptions {
  /** `mongodb://…/NAME` or `mongodb+srv://…/NAME`. */
  readonly url: string;
  /**
   * `serve` and `exclusive` make or update what is not there; any number of processes may. `read`
   * refuses writes, but still brings into the lists what a process that ended has left undone.
   */
  readonly mode: 'serve' | 'read' | 'exclusive';
  /** Is told each command that is sent, for tests that look at them. */
  readonly onCommand?: (command: Readonly<Record<string, unknown>>) => void;
  /** Steps from older formats; all that there are, unless a test brings its own. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the store in a MongoDB database, and makes it if it is not there. Throws `setting-refused`,
 * `store-unreadable`, `store-damaged` or `store-version`.
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const { url, mode, onCommand } = options;
  const address = storeAddress(url);
  const reading = mode === 'read';
  const { connection, replicated } = await connectToMongo(url, onCommand !== undefined);
  if (onCommand) connection.getClient().on('commandStarted', ({ command }) => onCommand(command));
  const models = createModels(connection, replicated);
  const projector = createProjector({ models });
  let clock: DatabaseClock;
  try {
    const place = { connection, models, address };
    await (reading ? requireFormat(place) : bringUpToDate(place, options.migrations));
    await projector.catchUp();
    clock = await watchDatabaseClock(connection);
  } catch (error) {
    await connection.close();
    throw mongoError(error, address, { opening: true });
  }
  const database = createDatabase(models, address, reading);
  let closing: Promise<void> | undefined;

  return {
    commits: createMongoCommitStore(database, projector),
    instances: createMongoInstanceStore(database),
    tasks: createMongoTaskStore(database, projector),
    links: createMongoLinkStore(database),
    directory: createMongoDirectory(database),
    documents: createMongoDocumentStore(database),
    mails: createMongoMailStore(database),
    definitions: createMongoDefinitionStore(database),
    sessions: createMongoSessionStore(database),
    rateLimits: createMongoRateLimitStore(database),
    installation: createMongoInstallationStore(database),
    work: createMongoWorkStore(database),
    clockOffset: clock.offset,
    address,
    check: () =>
      reading
        ? database.read(async () => requireFormat({ connection, models, address }))
        : database.write(async () => {
            const written = { $set: { writtenAt: new Date() } };
            await models.meta.updateOne({ _id: 'check' }, written, { upsert: true });
          }),
    // its server keeps a checksum of every page, and its indexes itself
    inspect: async () => [],
    backup: async () => {
      throw new ConcordatError('bad-request', 'a MongoDB is not backed up by us', {
        userMessage: `Concordat cannot back up a MongoDB yet. Use MongoDB’s own tools, such as mongodump, on ${address}.`,
      });
    },
    close() {
      closing ??= (async () => {
        await database.end();
        await projector.settle();
        clock.stop();
        await connection.close();
      })();
      return closing;
    },
  };
}
