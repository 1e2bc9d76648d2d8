/**
 * A capability for one person: to decide once, to take part (answer, comment), or to sign in.
 * The tokens themselves are never stored, only their SHA-256; each sending may mint a new one.
 */
export interface LinkRecord {
  readonly id: string;
  readonly purpose: 'decide' | 'take-part' | 'sign-in' | 'set-up';
  readonly person: string | null;
  readonly organisation: string | null;
  readonly instance: string | null;
  /** The transitions it may take. */
  readonly events: readonly string[];
  readonly document: string | null;
  readonly manifest: string | null;
  readonly role: string | null;
  readonly tokenHashes: readonly string[];
  /**
   * A code sent by mail must be typed as well; its hash, and how often it was mistyped. Of a link to
   * sign in: the address it was sent to must be typed, except in the browser that asked for it.
   */
  readonly needsCode: boolean;
  readonly codeHash: string | null;
  readonly codeExpiresAt: string | null;
  readonly codeTries: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly state: 'open' | 'used' | 'withdrawn' | 'replaced';
  readonly replacedBy: string | null;
  readonly usedAt: string | null;
  /** Where to go after signing in. */
  readonly returnTo: string | null;
}
