import mongoose from 'mongoose';
import { ConcordatError, isConcordatError } from '../../../engine/errors.ts';

const DUPLICATE = 11_000;
const FULL = new Set<unknown>([14_031]);
const REFUSED = new Set<unknown>([13, 18, 8_000]);
/** The server understood, and will say the same again. */
const TOO_LARGE = new Set<unknown>([10_334, 17_280, 17_419, 17_420]);

/** After these nobody knows; the driver tries again by itself, so that something may have been sent. */
const UNKNOWN = new Set([
  'MongoPoolClearedError',
  'MongoServerSelectionError',
  'MongoWriteConcernError',
  'MongooseServerSelectionError',
  'PoolClearedOnNetworkError',
]);

/** What mongoose says to a value of another kind than its field, such as an operator from outside. */
const MISTAKEN = new Set([
  'CastError',
  'StrictModeError',
  'ValidationError',
  'ObjectParameterError',
  'MongooseBulkWriteError',
]);

/** True when a value was not of the kind that the schema declares, so that nothing was sent of it. */
export function isMistaken(error: unknown): boolean {
  return MISTAKEN.has(nameOf(error));
}

/**
 * True when a unique index stood against a write; of many in one command, against all that failed, and
 * all were sent: mongoose leaves out what does not fit, and only mentions it where others fail as well.
 */
export function isDuplicate(error: unknown): boolean {
  return (
    codeOf(error) === DUPLICATE &&
    writeErrorsOf(error).every((one) => codeOf(one) === DUPLICATE) &&
    !leftSomethingOut(error)
  );
}

/**
 * True when nobody can say from this error alone whether the write was kept: the connection broke,
 * the server was shutting down or lost its place, or the majority did not confirm in time.
 */
export function isUnknownOutcome(error: unknown): boolean {
  const within = wrappedBy(error);
  if (within !== undefined) return isUnknownOutcome(within);
  const name = nameOf(error);
  if (UNKNOWN.has(name) || name.startsWith('MongoNetwork')) return true;
  const labelled = error as { hasErrorLabel?: (label: string) => boolean } | null;
  if (labelled?.hasErrorLabel?.('RetryableWriteError')) return true;
  return writeConcernFailed(error);
}

/**
 * Our own error for what the driver, mongoose or the server said. `opening`: it is told to whoever
 * starts a command and has to find the database, and not to the people who are served.
 */
export function mongoError(
  error: unknown,
  address: string,
  { opening = false }: { readonly opening?: boolean } = {},
): ConcordatError {
  if (isConcordatError(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  // what the driver says may hold the addresses of servers, never the password
  const options = { cause: error, details: { address, said } };
  if (isMistaken(error)) {
    return new ConcordatError('bad-request', `no query for ${address}: ${said}`, {
      ...options,
      userMessage: 'Part of this request is not of the kind that is expected, so it was not read.',
    });
  }
  if (FULL.has(code)) {
    return new ConcordatError('store-full', `no room in ${address}: ${said}`, {
      ...options,
      userMessage:
        'This was not saved, because the disk of the database is full. Nothing was lost or half-saved. Make room on it, then try again.',
    });
  }
  if (TOO_LARGE.has(code)) {
    return new ConcordatError('too-large', `more than the database takes: ${said}`, {
      ...options,
      userMessage: 'This is larger than the database can keep, so it was not saved.',
    });
  }
  if (nameOf(error) === 'MongoParseError' || nameOf(error) === 'MongoInvalidArgumentError') {
    return new ConcordatError('setting-refused', `no address of a MongoDB: ${said}`, {
      ...options,
      userMessage:
        'The setting --store (CONCORDAT_STORE) is not a correct MongoDB address. Give mongodb://user:password@host:27017/concordat, with special characters in the password written as %-codes (@ is %40).',
    });
  }
  if (REFUSED.has(code)) {
    return new ConcordatError('store-unreadable', `${address} refuses us: ${said}`, {
      ...options,
      userMessage: `The database ${address} does not accept the user name and password of the setting --store (CONCORDAT_STORE), or that user may not read and write there.`,
    });
  }
  return new ConcordatError('store-unreadable', `cannot use ${address}: ${said}`, {
    ...options,
    userMessage: opening
      ? `The database ${address} does not answer at the moment. What was saved before stays saved. Try again in a minute; if it goes on, ask the administrator to check that MongoDB is running and can be reached.`
      : 'The database does not answer at the moment, so this could not be done. What was saved before stays saved. Try again in a minute; if it goes on, tell whoever looks after this installation.',
  });
}

/** A write that reached one server and was not confirmed by the majority. */
function writeConcernFailed(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || isDuplicate(error)) return false;
  return (
    ('writeConcernErrors' in error && Boolean(error.writeConcernErrors)) ||
    ('result' in error && hasWriteConcernError(error.result))
  );
}

function hasWriteConcernError(result: unknown): boolean {
  if (result instanceof mongoose.mongo.BulkWriteResult) {
    return result.getWriteConcernError() !== undefined;
  }
  return typeof result === 'object' && result !== null && 'writeConcernError' in result;
}

/** What befell a bulk of writes as a whole; the driver wraps it. */
function wrappedBy(error: unknown): Error | undefined {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) return undefined;
  const { errorResponse } = error;
  return errorResponse instanceof Error ? errorResponse : undefined;
}

function leftSomethingOut(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('mongoose' in error)) return false;
  const { validationErrors } = error.mongoose as { readonly validationErrors?: readonly unknown[] };
  return (validationErrors ?? []).length > 0;
}

function writeErrorsOf(error: unknown): readonly unknown[] {
  if (typeof error !== 'object' || error === null || !('writeErrors' in error)) return [];
  return [error.writeErrors].flat();
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
