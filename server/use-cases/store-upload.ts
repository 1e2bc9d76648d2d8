import type { Services } from '../services.ts';
import type { DocumentInfo } from '../store/document-store.ts';

/** A file that came with a form; its kind was told from its bytes. */
export interface Upload {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * Keeps an uploaded file for one instance before the form that names it is taken, so that it is not
 * lost when the form comes back. No other instance can show or name it.
 */
export function storeUpload(
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  place: { readonly partnership: string | null; readonly instance: string },
  { bytes, name, mediaType }: Upload,
): Promise<DocumentInfo> {
  return store.documents.put(bytes, { ...place, name, mediaType, createdAt: clock.now() });
}
