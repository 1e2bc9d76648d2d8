import type { Model } from 'mongoose';

type Operations<D> = Parameters<Model<D>['bulkWrite']>[0];

/**
 * Many writes in one command, each whatever becomes of the others; `ordered`, none after one that fails.
 * Without asking for it, mongoose would pass over in silence what does not fit its schema.
 */
export function writeAll<D>(model: Model<D>, operations: Operations<D>, ordered = false) {
  return model.bulkWrite(operations, { ordered, throwOnValidationError: true });
}
