import { unfinished } from '../filling.ts';
import { backupIntoFolder } from '../backup-into-folder.ts';
import { storeAddress } from '../store-address.ts';
import type { Store } from '../store.ts';
import type { StoreMode } from '../store-mode.ts';
import { createMongoCommitStore } from './commit-store.ts';
import { connectToMongo } from './connection.ts';
import { type DatabaseClock, watchDatabaseClock } from './database-clock.ts';
import { createDatabase } from './database.ts';
import { createMongoDefinitionStore } from './definition-store.ts';
import { createMongoDirectory } from './directory-store.ts';
import { createMongoDocumentStore } from './document-store.ts';
import { bringUpToDate, type Migration, requireFormat } from './format.ts';
import { createMongoFillingStore, readFilling, requireRoom } from './filling-store.ts';
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
   * Any number of processes may open it. `read` still brings into the lists what a process that ended
   * has left undone.
   */
  readonly mode: StoreMode;
  /** Is told each command that is sent, for tests that look at them. */
  readonly onCommand?: (command: Readonly<Record<string, unknown>>) => void;
  /** Steps from older formats; all that there are, unless a test brings its own. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the store in a MongoDB database, and makes it if it is not there. Throws `setting-refused`,
 * `store-unreadable`, `store-damaged`, `store-version`, `store-unfinished` or `store-not-empty` (to fill it).
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
    if (mode === 'fill') await requireRoom(models, address);
    await (reading ? requireFormat(place) : bringUpToDate(place, options.migrations));
    const filling = await readFilling(models);
    if (filling !== undefined && mode !== 'fill') throw unfinished(address, filling);
    await projector.catchUp();
    clock = await watchDatabaseClock(connection);
  } catch (error) {
    await connection.close();
    throw mongoError(error, address, { opening: true });
  }
  const database = createDatabase(models, address, reading);
  let closing: Promise<void> | undefined;

  const store: Store = {
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
    filling: createMongoFillingStore(database),
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
    backup: (target, tell) => backupIntoFolder(store, target, tell),
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
  return store;
}
