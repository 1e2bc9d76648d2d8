import type { JsonSchema } from '../../../engine/json-schema.ts';
import { text, whole } from './schema-parts.ts';

export const MOST_A_PAGE = 200;

/** How a list is asked for a page at a time. */
export function pageQuery(): Readonly<Record<'limit' | 'after', JsonSchema>> {
  return {
    limit: whole('How many at most', { minimum: 1, maximum: MOST_A_PAGE, default: 50 }),
    after: text('The `next` of the page before', { pattern: '^[A-Za-z0-9_.=-]{1,400}$' }),
  };
}
