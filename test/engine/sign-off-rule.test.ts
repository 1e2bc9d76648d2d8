import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  outstandingSignatures,
  type Signature,
  type SigningParty,
} from '../../engine/sign-off-rule.ts';

const TEXT = 'manifest-1';

const party = (
  organisation: string,
  required: number,
  signatories: readonly string[] = [],
  inOrder = false,
): SigningParty => ({ organisation, signing: { required, inOrder, signatories } });

const signature = (of: string, person: string, more: Partial<Signature> = {}): Signature => ({
  party: of,
  person,
  manifest: TEXT,
  insteadOf: null,
  ...more,
});

describe('a sign-off rule', () => {
  it('waits for as many different people as the party asks for', () => {
    const parties = [party('council', 2)];
    const twice = [signature('council', 'ann'), signature('council', 'ann')];
    expect(outstandingSignatures(parties, twice, TEXT)).toMatchObject([{ missing: 1 }]);
    const both = [signature('council', 'ann'), signature('council', 'bob')];
    expect(outstandingSignatures(parties, both, TEXT)).toEqual([]);
  });

  it('does not count a signature under another text', () => {
    const old = [signature('council', 'ann', { manifest: 'manifest-0' })];
    expect(outstandingSignatures([party('council', 1)], old, TEXT)).toHaveLength(1);
  });

  it('does not count somebody who may not sign, or signs for another party', () => {
    const parties = [party('council', 1, ['ann'])];
    expect(outstandingSignatures(parties, [signature('council', 'eve')], TEXT)).toHaveLength(1);
    expect(outstandingSignatures(parties, [signature('trust', 'ann')], TEXT)).toHaveLength(1);
  });

  it('takes signatures in the order the party named', () => {
    const parties = [party('council', 2, ['ann', 'bob'], true)];
    expect(outstandingSignatures(parties, [], TEXT)[0]?.next).toEqual(['ann']);
    const early = [signature('council', 'bob')];
    expect(outstandingSignatures(parties, early, TEXT)[0]?.missing).toBe(2);
    const right = [signature('council', 'ann'), signature('council', 'bob')];
    expect(outstandingSignatures(parties, right, TEXT)).toEqual([]);
  });

  it('counts a delegate for the signatory who passed it on', () => {
    const parties = [party('council', 1, ['ann'])];
    const delegated = [signature('council', 'dan', { insteadOf: 'ann' })];
    expect(outstandingSignatures(parties, delegated, TEXT)).toEqual([]);
  });

  it('is met for all of ten parties only when each of the ten has signed', () => {
    const names = Array.from({ length: 10 }, (_, index) => `org-${index}`);
    fc.assert(
      fc.property(fc.subarray(names), (signed) => {
        const parties = names.map((name) => party(name, 1));
        const signatures = signed.map((name) => signature(name, `exec-${name}`));
        const open = outstandingSignatures(parties, signatures, TEXT).map((one) => one.party);
        expect(open).toEqual(names.filter((name) => !signed.includes(name)));
      }),
    );
  });
});
