import type { JsonValue } from './json-value.ts';

/**
 * Each party's own rule for signing: how many must sign, who may, and whether in the order named.
 * Domain facts: authority differs by organisation (one officer, two officers, board then chief
 * executive), so the rule belongs to the party and not to the agreement.
 */
interface SigningRule {
  readonly required: number;
  readonly inOrder: boolean;
  /** Person ids; empty: anybody who holds the signing role. */
  readonly signatories: readonly string[];
}

export interface Signature {
  readonly party: string;
  readonly person: string;
  /** The manifest hash that was signed; a signature counts for this text only. */
  readonly manifest: string;
  /** The signatory this person was asked to sign for, if it was delegated. */
  readonly insteadOf: string | null;
}

/** A signatory lets somebody else of the same party sign in their place. */
export interface Delegation {
  readonly party: string;
  readonly person: string;
  readonly delegate: string;
}

export interface OutstandingSignature {
  readonly party: string;
  readonly missing: number;
  /** Who may sign next; empty: anybody who holds the role. */
  readonly next: readonly string[];
}

export interface SigningParty {
  readonly organisation: string;
  readonly signing: SigningRule;
}

/** Which parties still have to sign the text with this manifest, and who of them is next. */
export function outstandingSignatures(
  parties: readonly SigningParty[],
  signatures: readonly Signature[],
  manifest: string,
): readonly OutstandingSignature[] {
  return parties.flatMap(({ organisation, signing }) => {
    const signed = signatoriesCounted(organisation, signing, signatures, manifest);
    const missing = signing.required - signed.size;
    if (missing <= 0) return [];
    const waiting = signing.signatories.filter((person) => !signed.has(person));
    const next = signing.inOrder ? waiting.slice(0, 1) : waiting;
    return [{ party: organisation, missing, next }];
  });
}

/** The people whose signature counts for a party: each once, allowed by its rule, in its order. */
export function signatoriesCounted(
  party: string,
  rule: SigningRule,
  signatures: readonly Signature[],
  manifest: string,
): ReadonlySet<string> {
  const counted = new Set<string>();
  for (const signature of signatures) {
    if (signature.party !== party || signature.manifest !== manifest) continue;
    const signsFor = signature.insteadOf ?? signature.person;
    if (rule.signatories.length > 0) {
      if (!rule.signatories.includes(signsFor)) continue;
      const next = rule.signatories.find((person) => !counted.has(person));
      if (rule.inOrder && next !== signsFor) continue;
    }
    counted.add(signsFor);
  }
  return counted;
}

/** Reads parties out of an instance's data; a party without a rule needs one signature. */
export function signingParties(value: JsonValue | undefined): readonly SigningParty[] {
  return records(value).flatMap((party) => {
    if (typeof party['organisation'] !== 'string') return [];
    const rule = records([party['signing'] ?? null])[0] ?? {};
    const required = rule['required'];
    const names = rule['signatories'];
    return [
      {
        organisation: party['organisation'],
        signing: {
          required: typeof required === 'number' && required >= 1 ? Math.floor(required) : 1,
          inOrder: rule['inOrder'] === true,
          signatories: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
        },
      },
    ];
  });
}

/** Reads signatures out of an instance's data; incomplete entries do not count. */
export function readSignatures(value: JsonValue | undefined): readonly Signature[] {
  return records(value).flatMap(({ party, person, manifest, insteadOf }) =>
    typeof party === 'string' && typeof person === 'string' && typeof manifest === 'string'
      ? [
          {
            party,
            person,
            manifest,
            insteadOf: typeof insteadOf === 'string' ? insteadOf : null,
          },
        ]
      : [],
  );
}

/** Reads who passed the signing on to whom out of an instance's data; incomplete entries do not count. */
export function readDelegations(value: JsonValue | undefined): readonly Delegation[] {
  return records(value).flatMap(({ party, person, delegate }) =>
    typeof party === 'string' && typeof person === 'string' && typeof delegate === 'string'
      ? [{ party, person, delegate }]
      : [],
  );
}

function records(value: JsonValue | undefined): readonly Readonly<Record<string, JsonValue>>[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is Readonly<Record<string, JsonValue>> =>
      item !== null && typeof item === 'object' && !Array.isArray(item),
  );
}
