/** What an export says of itself: `manifest.json`. `verify.mjs` reads it, so its form is kept. */
export interface Manifest {
  readonly format: 1;
  readonly product: 'Concordat';
  /** UTC instant. */
  readonly madeAt: string;
  /** The person whose view it is; null when it holds everything. */
  readonly madeFor: string | null;
  readonly partnership: { readonly id: string; readonly title: string };
  readonly instances: readonly BundledInstance[];
  readonly leftOut: readonly LeftOut[];
  readonly files: readonly BundledFile[];
}

/** One record with its whole history. */
export interface BundledInstance {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly title: string;
  readonly state: string;
  readonly status: 'active' | 'done';
  /** File with a commit's canonical text in each line, or what says that it is kept back. */
  readonly history: string;
  readonly personal: string;
  readonly commits: number;
  /** How many commits are kept back. */
  readonly withheld: number;
  readonly head: { readonly seq: number; readonly hash: string };
}

/** What an export made for somebody does not hold of the records that they may see. */
export interface LeftOut {
  readonly what: 'document';
  /** Of the document. */
  readonly hash: string;
  readonly why: string;
}

export interface BundledFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Where the files of an export go, one after the other. */
export interface ExportSink {
  add(path: string, bytes: Uint8Array): Promise<void>;
}
