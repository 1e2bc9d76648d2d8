/** A published definition: immutable once it is kept. */
export interface PublishedDefinition {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the canonical JSON of the definition. */
  readonly hash: string;
  /** The file's own text: the order of its keys matters to XState. */
  readonly text: string;
  readonly publishedAt: string;
}

export interface DefinitionStore {
  /** Keeps it unless that id and version are kept already; answers what is kept. */
  publish(definition: PublishedDefinition): Promise<PublishedDefinition>;
  get(id: string, version: number): Promise<PublishedDefinition | undefined>;
  /** Which versions are published, without what they say. */
  versions(): Promise<readonly Pick<PublishedDefinition, 'id' | 'version'>[]>;
  list(): Promise<readonly PublishedDefinition[]>;
}
