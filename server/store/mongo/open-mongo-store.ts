import { unfinished } from '../filling.ts';
import { inUse } from '../in-use.ts';
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
import { announcePresence, type Presence, presentProcess } from './presence.ts';
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
   * Any number of processes may open it to serve; to fill it, nobody else may. `read` still brings into the lists what a process that ended
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
  let clock: DatabaseClock | undefined;
  let presence: Presence | undefined;
  try {
    const place = { connection, models, address };
    clock = await watchDatabaseClock(connection);
    if (mode === 'fill') {
      await requireRoom(models, address);
      const process = await presentProcess(models, clock.now());
      if (process !== undefined) throw inUse(address, process);
    }
    await (reading ? requireFormat(place) : bringUpToDate(place, options.migrations));
    // before it is looked whether somebody fills it, who looks for us
    if (mode === 'serve' || mode === 'exclusive') {
      presence = await announcePresence(models, clock.now);
    }
    const filling = await readFilling(models);
    if (filling !== undefined && mode !== 'fill') throw unfinished(address, filling);
    await projector.catchUp();
  } catch (error) {
    await presence?.end();
    clock?.stop();
    await connection.close();
    throw mongoError(error, address, { opening: true });
  }
  const database = createDatabase(models, address, reading);
  const { now, offset, stop } = clock;
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
    reading: database.reading,
    clockOffset: offset,
    address,
    usedBy: () => database.read(() => presentProcess(models, now())),
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
        await presence?.end();
        stop();
        await connection.close();
      })();
      return closing;
    },
  };
  return store;
}
