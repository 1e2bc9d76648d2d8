import { type Candidate, candidatesAt } from './choose-transition.ts';
import type { CompiledWorkflow } from './compile.ts';
import { isConcordatError } from './errors.ts';
import { EVALUATION_UNITS, withinBudget } from './evaluation-budget.ts';
import type { Unmet } from './unmet.ts';
import type { Gate } from './gate.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Scope } from './scope.ts';
import type { InstanceSnapshot } from './snapshot.ts';

/** Something a person can do at this point, and why not yet if a gate is shut. */
export interface Option {
  readonly event: string;
  readonly label: string;
  readonly hint: string | null;
  /** The roles that may do it. */
  readonly by: readonly string[];
  readonly form: JsonSchema;
  readonly confirm: string | null;
  readonly grave: boolean;
  readonly eachParty: boolean;
  readonly decides: string | null;
  /** Fields of the data that are decided on: nobody decides without having them before them. */
  readonly about: readonly string[];
  /** It leads through a gate to another state: the way forward, once the gate is open. */
  readonly leadsOn: boolean;
  /** Empty when nothing stands in the way, as far as can be told before the form is sent. */
  readonly unmet: readonly Unmet[];
}

/**
 * What people can do where the instance stands. Of several transitions on one event only one option
 * is shown: what is unmet is what the nearest of them lacks. What does not concern this record
 * (`applies` in its gate) is none. `scope.party` is the organisation that
 * somebody would act for, or null where that is not known. The page that shows them opens at once, also
 * when a gate would take too long: then that is what is unmet.
 */
export function optionsAt(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  scope: Scope,
): readonly Option[] {
  if (snapshot.status === 'done') return [];
  return withinBudget(EVALUATION_UNITS.page, () => findOptions(workflow, snapshot, scope));
}

function findOptions(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  scope: Scope,
): readonly Option[] {
  const options = new Map<string, Option>();
  for (const { event, meta, gate, leadsOn } of candidatesAt(workflow, snapshot)) {
    if (meta.label === undefined) continue;
    const party = meta.eachParty === true ? scope.party : null;
    const unmet = gate ? unmetBeforeForm(gate, { ...scope, party }) : [];
    if (unmet.some(({ beside }) => beside === true)) continue;
    const known = options.get(event);
    if (known && known.unmet.length <= unmet.length) continue;
    options.set(
      event,
      known ? { ...known, unmet } : optionOf(workflow, { event, meta, leadsOn }, unmet),
    );
  }
  return [...options.values()];
}

function unmetBeforeForm(gate: Gate, scope: Scope): readonly Unmet[] {
  try {
    return gate.unmetBeforeForm(scope);
  } catch (error) {
    if (!isConcordatError(error) || error.code !== 'evaluation-too-long') throw error;
    return [
      {
        sentence: 'It takes too long to work out whether this is possible yet.',
        do: 'Tell your coordinator.',
      },
    ];
  }
}

function optionOf(
  workflow: CompiledWorkflow,
  { event, meta, leadsOn }: Pick<Candidate, 'event' | 'meta' | 'leadsOn'>,
  unmet: readonly Unmet[],
): Option {
  return {
    event,
    label: meta.label ?? event,
    hint: meta.hint ?? null,
    by: meta.by ?? [],
    form: workflow.forms.get(meta)?.shown ?? { type: 'object' },
    confirm: meta.confirm ?? null,
    grave: meta.grave === true,
    eachParty: meta.eachParty === true,
    decides: meta.decides ?? null,
    about: meta.about ?? [],
    leadsOn,
    unmet,
  };
}
