import {
  type Delegation,
  outstandingSignatures,
  type Signature,
  signatoriesCounted,
  type SigningParty,
} from './sign-off-rule.ts';

/** How the signing of one text stands: whose signatures it needs, has, and who passed theirs on. */
export interface Signing {
  readonly parties: readonly SigningParty[];
  readonly signatures: readonly Signature[];
  readonly delegations: readonly Delegation[];
  /** The manifest hash of the text. */
  readonly manifest: string;
}

/** Why not, in a sentence for the person who is refused, and what they can do. */
export interface SigningRefusal {
  readonly sentence: string;
  readonly do?: string;
}

/** Whoever acts, for which party; `onlyAsDelegate`: by nothing but a delegation. */
export interface Signer {
  readonly person: string;
  readonly party: string;
  readonly onlyAsDelegate: boolean;
}

/**
 * Why this person may not sign for this party now; null when they may. A delegate signs for the
 * party and the signatory who named them, and for nobody else.
 */
export function whyNotSign(signing: Signing, signer: Signer): SigningRefusal | null {
  const { person, party } = signer;
  const rule = signing.parties.find(({ organisation }) => organisation === party)?.signing;
  if (!rule) return refusal('Your organisation is not a party to this text.');
  const given = delegationTo(signing, party, person);
  if (signer.onlyAsDelegate && !given) {
    return refusal(
      'Nobody of this organisation has passed the signing on to you.',
      'Ask its signatory to pass it on to you.',
    );
  }
  const done = whatIsDone(signing, party, person);
  if (done) return done;
  const place = given?.person ?? person;
  if (rule.signatories.length === 0) return null;
  if (!rule.signatories.includes(place)) return NOT_NAMED;
  const signed = signatoriesCounted(party, rule, signing.signatures, signing.manifest);
  const next = rule.signatories.find((name) => !signed.has(name));
  return rule.inOrder && next !== place
    ? refusal(
        'In your organisation somebody else signs before you.',
        'You get a link once it is your turn.',
      )
    : null;
}

/** Whether their party still needs a signature, and this person may give it now. */
export function owesSignature(signing: Signing, person: string, party: string): boolean {
  const open = outstandingSignatures(signing.parties, signing.signatures, signing.manifest);
  return (
    open.some((one) => one.party === party) &&
    whyNotSign(signing, { person, party, onlyAsDelegate: false }) === null
  );
}

/**
 * Why this person may not pass their signing on to `delegate`; null when they may. Each of the
 * people a party needs signs in one place only: else the signing could never be completed.
 */
export function whyNotPassOn(
  signing: Signing,
  signer: Signer,
  delegate: string,
): SigningRefusal | null {
  const { person, party } = signer;
  const rule = signing.parties.find(({ organisation }) => organisation === party)?.signing;
  if (!rule) return refusal('Your organisation is not a party to this text.');
  if (delegationTo(signing, party, person)) {
    return refusal(
      'It was passed on to you; ask the person it came from.',
      'Ask a question, or decline with the reason.',
    );
  }
  const done = whatIsDone(signing, party, person);
  if (done) return done;
  if (rule.signatories.length > 0 && !rule.signatories.includes(person)) return NOT_NAMED;
  if (rule.signatories.length === 0 && rule.required > 1) {
    return refusal(
      'Your organisation needs several people to sign and names none of them, so there is no place to pass on.',
      'Whoever is recorded as one of its signatories may sign: ask your coordinator to record the person who is to sign.',
    );
  }
  if (delegate === person) {
    return refusal('You cannot pass it on to yourself.', 'Choose somebody else.');
  }
  if (rule.signatories.includes(delegate)) {
    return refusal(
      'That person signs for your organisation anyway, and nobody can sign twice.',
      'Choose somebody who is not one of its signatories, or ask for its rule to be changed.',
    );
  }
  if (delegationTo(signing, party, delegate)) {
    return refusal(
      'Somebody else of your organisation has passed the signing on to that person already, and nobody can sign twice.',
      'Choose somebody else.',
    );
  }
  return whatIsDone(signing, party, delegate)
    ? refusal(
        'That person has signed already, or has passed the signing on.',
        'Choose somebody else.',
      )
    : null;
}

const NOT_NAMED: SigningRefusal = {
  sentence: 'Your organisation’s rule names other people to sign.',
  do: 'Ask for the rule to be changed, or ask one of them to pass the signing on to you.',
};

/** What a person has done already that leaves them nothing more to sign. */
function whatIsDone(signing: Signing, party: string, person: string): SigningRefusal | null {
  const ours = signing.signatures.filter(
    (signature) => signature.party === party && signature.manifest === signing.manifest,
  );
  if (ours.some((signature) => signature.person === person)) {
    return refusal('You have signed this text already.', 'Nothing more is asked of you.');
  }
  if (ours.some(({ insteadOf }) => insteadOf === person)) {
    return refusal('Somebody has signed this text in your place.', 'Nothing more is asked of you.');
  }
  return signing.delegations.some((one) => one.party === party && one.person === person)
    ? refusal('You have passed the signing on to somebody else.', 'That person signs now.')
    : null;
}

function delegationTo(
  { delegations }: Signing,
  party: string,
  delegate: string,
): Delegation | undefined {
  return delegations.find((one) => one.party === party && one.delegate === delegate);
}

function refusal(sentence: string, advice?: string): SigningRefusal {
  return advice === undefined ? { sentence } : { sentence, do: advice };
}
