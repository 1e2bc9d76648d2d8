import mongoose, { type Connection } from 'mongoose';
import { storeAddress } from '../store-address.ts';
import { mongoError } from './store-error.ts';

/** How long a call waits for a server that can take it: an election takes about as long. */
const SELECTION_MS = 5_000;
/** How long an answer may take on a connection that stands: people wait for it. */
const ANSWER_MS = 10_000;
/** How long a write waits for the majority before its outcome counts as unknown. */
const MAJORITY_MS = 5_000;

/** Operators come in only where our own code wrote them; asking for an unknown field is an error. */
const strict = new mongoose.Mongoose({
  sanitizeFilter: true,
  strictQuery: 'throw',
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
});

export interface MongoConnection {
  readonly connection: Connection;
  /** A replica set or a sharded cluster, where a majority can be asked for what it accepted. */
  readonly replicated: boolean;
}

/**
 * Connects to the database that a `mongodb://` URL names. Whatever the URL says of them, writes wait
 * until a majority has them on disk, and reads go to the primary. Throws `setting-refused` for a URL
 * that cannot be one and `store-unreadable` when the database does not answer or lets nobody in.
 * `watched`: the driver says which commands it sends.
 */
export async function connectToMongo(url: string, watched: boolean): Promise<MongoConnection> {
  let connection: Connection | undefined;
  try {
    connection = strict.createConnection(url, {
      appName: 'concordat',
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_MS },
      readPreference: 'primary',
      retryWrites: true,
      retryReads: true,
      serverSelectionTimeoutMS: SELECTION_MS,
      connectTimeoutMS: SELECTION_MS,
      socketTimeoutMS: ANSWER_MS,
      promoteBuffers: true,
      monitorCommands: watched,
    });
    await connection.asPromise();
    const hello = await connection.db?.admin().command({ hello: 1 });
    const replicated = hello?.['setName'] !== undefined || hello?.['msg'] === 'isdbgrid';
    return { connection, replicated };
  } catch (error) {
    await connection?.close().catch(() => undefined);
    throw mongoError(error, storeAddress(url), { opening: true });
  }
}
