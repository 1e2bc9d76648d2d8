import type { DocumentChange } from './compare-documents.ts';

/** What to draw: a template by key, as `agreements/mou`, and its data. */
export interface RenderRequest {
  readonly template: string;
  readonly data: unknown;
  /** ISO instant at which the document is drawn up; also the PDF's creation date. */
  readonly at: string;
  /** IANA name of the zone in which its dates and times are shown. */
  readonly timeZone: string;
  readonly title?: string;
  /** Documents that follow on pages of their own, such as the certificate of an executed copy. */
  readonly attachments?: readonly { readonly template: string; readonly data: unknown }[];
}

export interface RenderedDocument {
  /** A fragment, safe to put into a page as it is. */
  readonly html: string;
  readonly text: string;
  readonly pdf: Uint8Array;
  readonly manifest: DocumentManifest;
}

/** What binds the forms of a document together; people sign its `hash`. */
interface DocumentManifest {
  readonly template: { readonly id: string; readonly version: number; readonly hash: string };
  readonly dataHash: string;
  readonly htmlHash: string;
  /** Also stands at the foot of every page of the PDF. */
  readonly textHash: string;
  readonly pdfHash: string;
  /** SHA-256 of the canonical JSON of all the above. */
  readonly hash: string;
}

/** Two versions of a document, to be compared clause by clause. */
export interface CompareRequest {
  readonly before: RenderRequest;
  readonly after: RenderRequest;
}

export interface ComparedDocuments {
  readonly changes: readonly DocumentChange[];
  /** A fragment, safe to put into a page as it is. */
  readonly html: string;
}
