import { instantKey } from '../instant-key.ts';
import type { LinkRecord } from '../link.ts';
import type { LinkDocument } from './link-schema.ts';

export function linkDocument(record: LinkRecord): Omit<LinkDocument, '_id'> {
  const { id: _, ...link } = record;
  return { ...link, created: new Date(instantKey(link.createdAt)) };
}

/** Undefined for what only says that a link was taken back before it was put down. */
export function linkOf(document: LinkDocument | null): LinkRecord | undefined {
  if (document?.purpose === undefined) return undefined;
  const { _id, purpose, created: _, ...link } = document;
  return { ...link, purpose, id: _id };
}
