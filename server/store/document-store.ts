import type { Page, PageAsk } from './page.ts';

/** A stored document or upload, found by the SHA-256 of its bytes. */
export interface DocumentInfo {
  readonly hash: string;
  readonly mediaType: string;
  readonly name: string;
  readonly size: number;
  readonly createdAt: string;
  /** The partnership and the instance that may show it. */
  readonly partnership: string | null;
  readonly instance: string | null;
}

export interface DocumentStore {
  /** Keeps the bytes; the same bytes twice are kept once (an instance that shares them is added). */
  put(bytes: Uint8Array, about: Omit<DocumentInfo, 'hash' | 'size'>): Promise<DocumentInfo>;
  /** What is known of it for this instance; documents are not shown across instances. */
  info(hash: string, instance: string | null): Promise<DocumentInfo | undefined>;
  /** Throws `store-damaged` when the bytes no longer have that hash. */
  bytes(hash: string): Promise<Uint8Array | undefined>;
  listByInstance(instance: string): Promise<readonly DocumentInfo[]>;
  /** What is known of every document: once for each instance that may show it. */
  all(page: PageAsk): Promise<Page<DocumentInfo>>;
}
