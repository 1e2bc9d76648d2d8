import type { CompiledCriterion } from './compiled-criterion.ts';
import { type Signing, whyNotPassOn, whyNotSign } from './may-sign.ts';
import type { Scope } from './scope.ts';
import {
  outstandingSignatures,
  readDelegations,
  readSignatures,
  signingParties,
} from './sign-off-rule.ts';

type Params = Readonly<Record<string, unknown>>;

/** Whether every party's own rule is satisfied for the text as it stands. */
export function signedOff(params: Params): CompiledCriterion {
  const signing = signingReader(params);
  const sentence = textOf(params['otherwise'], 'Not every organisation has signed yet.');
  return {
    readsEvent: false,
    readsParty: false,
    unmet: (scope) => {
      const now = signing(scope);
      if (now === null || now.parties.length === 0) return { sentence };
      const open = outstandingSignatures(now.parties, now.signatures, now.manifest);
      if (open.length === 0) return undefined;
      return {
        sentence,
        items: open.map(({ party, next }) => ({
          organisation: party,
          ...(next[0] === undefined ? {} : { owner: next[0] }),
        })),
      };
    },
  };
}

/** Whether whoever acts may sign for their party now, or pass it on: by that party's own rule. */
export function signOff(params: Params): CompiledCriterion {
  const signing = signingReader(params);
  const delegateRole = textOf(params['delegateRole'], '');
  const passOnTo = params['passOnTo'];
  return {
    readsEvent: true,
    readsParty: true,
    unmet: (scope) => {
      const { by, party, event } = scope;
      const now = signing(scope);
      if (by === null || party === null || now === null) {
        return { sentence: 'There is no text to sign yet.' };
      }
      const signer = { person: by.person, party, onlyAsDelegate: by.role === delegateRole };
      const why =
        typeof passOnTo === 'string'
          ? whyNotPassOn(now, signer, textOf(event[passOnTo], ''))
          : whyNotSign(now, signer);
      return why ?? undefined;
    },
  };
}

/** How the signing stands, read out of an instance; null while there is no text. */
export function signingReader(params: Params): (scope: Scope) => Signing | null {
  const document = textOf(params['document'], '');
  const signatures = textOf(params['signatures'], 'signatures');
  const delegations = textOf(params['delegations'], 'delegations');
  return ({ data, documents }) => {
    const manifest = Object.hasOwn(documents, document) ? documents[document]?.manifest : undefined;
    if (manifest === undefined) return null;
    return {
      parties: signingParties(data['parties']),
      signatures: readSignatures(data[signatures]),
      delegations: readDelegations(data[delegations]),
      manifest,
    };
  };
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
