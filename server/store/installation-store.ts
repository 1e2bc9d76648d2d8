import type { JsonObject } from '../../engine/json-value.ts';

/** What was said at set-up, and later in the settings pages. */
export interface Installation {
  readonly name: string;
  readonly organisation: string;
  readonly timeZone: string;
  /** Whose public holidays are not working days: 'GB-ENG', 'AU-VIC', … */
  readonly region: string;
  readonly currency: string;
  readonly setUpAt: string;
  /** Settings of workflows, by workflow id: they override the definition's defaults. */
  readonly workflowSettings: JsonObject;
}

/** A bearer token of the API: stored hashed, belongs to a person. */
export interface ApiToken {
  readonly id: string;
  readonly hash: string;
  readonly person: string;
  readonly label: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface InstallationStore {
  get(): Promise<Installation | undefined>;
  put(installation: Installation): Promise<void>;
  putToken(token: ApiToken): Promise<void>;
  tokenByHash(hash: string): Promise<ApiToken | undefined>;
  tokens(): Promise<readonly ApiToken[]>;
}
