import { compileCel, readBy } from './cel.ts';
import type { Criterion, GuardConfig } from './definition.ts';
import type { CompiledCriterion } from './compiled-criterion.ts';
import { ConcordatError } from './errors.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';
import { signedOff, signOff } from './sign-off-gate.ts';
import type { Unmet, UnmetItem } from './unmet.ts';
import { validator } from './validate.ts';

export interface Gate {
  /** All that is not met; empty when the gate is open. */
  readonly unmet: (scope: Scope) => readonly Unmet[];
  /**
   * The same, leaving out what can only be told once the form is sent; and, while it is not known for
   * which party somebody would act (`scope.party`), what is told of a party.
   */
  readonly unmetBeforeForm: (scope: Scope) => readonly Unmet[];
  /** Something of it is told of the party that acts, before any form. */
  readonly readsParty: boolean;
}

/** The kinds of gate there are. */
export const GATE_TYPES = ['meets', 'everyParty', 'signedOff', 'signOff'] as const;

/** Compiles a guard of the definition. Throws `definition-refused` for one we do not know. */
export function compileGate(guard: GuardConfig): Gate {
  const criteria = criteriaOf(guard);
  const collect = (chosen: readonly CompiledCriterion[]) => (scope: Scope) =>
    chosen.flatMap((criterion) => criterion.unmet(scope) ?? []);
  const before = criteria.filter(({ readsEvent }) => !readsEvent);
  const ofAnybody = collect(before.filter(({ readsParty }) => !readsParty));
  const ofParty = collect(before);
  return {
    unmet: collect(criteria),
    unmetBeforeForm: (scope) => (scope.party === null ? ofAnybody(scope) : ofParty(scope)),
    readsParty: before.some(({ readsParty }) => readsParty),
  };
}

function criteriaOf(guard: GuardConfig): readonly CompiledCriterion[] {
  const params = guard.params ?? {};
  switch (guard.type) {
    case 'meets':
      return ((params['all'] ?? []) as readonly Criterion[]).map(compileCriterion);
    case 'everyParty':
      return [everyParty(params)];
    case 'signedOff':
      return [signedOff(params)];
    case 'signOff':
      return [
        ...((params['all'] ?? []) as readonly Criterion[]).map(compileCriterion),
        signOff(params),
      ];
    default:
      throw new ConcordatError('definition-refused', `there is no gate called "${guard.type}"`);
  }
}

function compileCriterion(criterion: Criterion): CompiledCriterion {
  const told: Unmet = {
    sentence: criterion.otherwise,
    ...(criterion.do === undefined ? {} : { do: criterion.do }),
    ...(criterion.applies === true ? { beside: true } : {}),
  };
  const { readsEvent, readsParty } = readsOf(criterion);
  if (criterion.schema !== undefined) {
    const check = validator(criterion.schema);
    return {
      readsEvent,
      readsParty,
      unmet: ({ data, event }) => (check({ data, event }).length > 0 ? told : undefined),
    };
  }
  const text = criterion.cel ?? criterion.none ?? 'false';
  const run = compileCel(text);
  if (criterion.none === undefined) {
    // Anything but a plain true (also an error about a missing field) keeps the gate shut.
    return { readsEvent, readsParty, unmet: (scope) => (run(scope) === true ? undefined : told) };
  }
  return {
    readsEvent,
    readsParty,
    unmet: (scope) => {
      const open = run(scope);
      if (!Array.isArray(open)) return told;
      return open.length === 0 ? undefined : { ...told, items: open.map(unmetItem) };
    },
  };
}

/** What a criterion is told of beside the record: who acts and what they send, or for which party. */
export function readsOf({ schema, cel, none }: Criterion): {
  readonly readsEvent: boolean;
  readonly readsParty: boolean;
} {
  if (schema !== undefined) {
    return { readsEvent: Object.hasOwn(schema.properties ?? {}, 'event'), readsParty: false };
  }
  const names = namesIn(cel ?? none ?? 'false');
  return {
    readsEvent: names.has('event') || names.has('by'),
    readsParty: names.has('party'),
  };
}

function namesIn(text: string): ReadonlySet<string> {
  try {
    return readBy(compileCel(text)).names;
  } catch {
    // One that cannot be read is refused where it is compiled, and told of where it is linted.
    return new Set();
  }
}

function everyParty(params: Readonly<Record<string, unknown>>): CompiledCriterion {
  const list = textOf(params['in'], '');
  const where = Object.entries((params['where'] ?? {}) as Readonly<Record<string, JsonValue>>);
  const sentence = textOf(params['otherwise'], 'Not every organisation has answered yet.');
  return {
    readsEvent: false,
    readsParty: false,
    unmet: ({ data }) => {
      const parties = partiesOf(data['parties']);
      const entries = data[list];
      const missing = parties.filter(
        (party) =>
          !Array.isArray(entries) ||
          !entries.some(
            (entry) =>
              entry?.party === party && where.every(([field, value]) => entry[field] === value),
          ),
      );
      // Nobody to wait for is a mistake in the data, never a yes.
      if (parties.length > 0 && missing.length === 0) return undefined;
      return { sentence, items: missing.map((organisation) => ({ organisation })) };
    },
  };
}

/** The organisation ids in `data.parties`. */
export function partiesOf(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((party) => {
    if (typeof party === 'string') return [party];
    return typeof party?.organisation === 'string' ? [party.organisation] : [];
  });
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function unmetItem(item: JsonValue): UnmetItem {
  if (typeof item === 'string') return { title: item };
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return {};
  const known: Record<string, string> = {};
  for (const name of ['title', 'organisation', 'owner', 'instance', 'field']) {
    const value = (item as Readonly<Record<string, JsonValue>>)[name];
    if (typeof value === 'string' && value !== '') known[name] = value;
  }
  return known;
}
