import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { readableFiles } from '../access/shared-part.ts';
import { type VisibleInstance, visibleInstance } from '../access/visible-instance.ts';
import type { Services } from '../services.ts';
import type { DocumentInfo } from '../store/document-store.ts';

/** A document or upload of an instance, for somebody who may see the instance. */
export interface ReadDocument {
  readonly visible: VisibleInstance;
  readonly info: DocumentInfo;
  /** Drawn up by us and still the newest of its name. An upload never is. */
  readonly current: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Reads a stored document. Throws `not-found` alike for one that does not exist, that belongs to
 * another instance, and for an instance that is not this asker's to see.
 */
export async function readDocument(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
  asker: Asker,
  instance: string,
  hash: string,
): Promise<ReadDocument> {
  const { documents } = services.store;
  const visible = await visibleInstance(services, asker, instance);
  const readable = /^[0-9a-f]{64}$/u.test(hash) && (readableFiles(visible)?.has(hash) ?? true);
  const info = readable ? await documents.info(hash, instance) : undefined;
  const bytes = info && (await documents.bytes(hash));
  if (!info || !bytes) {
    throw new ConcordatError('not-found', `no document ${hash} in ${instance}`, {
      userMessage: 'There is no such document here. It may belong to another record.',
    });
  }
  const newest = Object.values(visible.head.commit.snapshot.documents);
  const current = newest.some(({ html, pdf, text }) => [html, pdf, text].includes(hash));
  return { visible, info, current, bytes };
}
