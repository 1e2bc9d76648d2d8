import type { CompiledWorkflow } from './compile.ts';
import { listOf, type MachineConfig, type StepSpec, type TransitionMeta } from './definition.ts';

/** A transition that people are asked for in a place, as far as the definition alone tells. */
export interface Ask {
  readonly event: string;
  readonly label: string;
  readonly by: readonly string[];
  /** Each organisation takes it for itself. */
  readonly eachParty: boolean;
  /** A deadline runs for it. */
  readonly dated: boolean;
}

/** What a place asks people for. */
export interface AsksHere {
  readonly asks: readonly Ask[];
  /** Steps of the stage that the place is in; then they are the work, and not its transitions. */
  readonly steps: readonly StepSpec[];
  /** Who is first to take the event of a step that nobody looks after. */
  readonly firstFor: ReadonlyMap<string, string>;
}

const known = new WeakMap<CompiledWorkflow, Map<string, AsksHere>>();

/**
 * What a workflow asks people for in a state (`state` as rows have it: innermost paths, a space
 * between). Asked for is what belongs to a place that says what it waits for or has a deadline, unless
 * the workflow says that it may be done at any time (`optional`) or that it is grave; what hangs on a
 * whole parallel part can be done at any time too, and nobody waits for it. What belongs to the
 * innermost place stands first.
 */
export function asksAt(workflow: CompiledWorkflow, state: string): AsksHere {
  const places = known.get(workflow) ?? new Map<string, AsksHere>();
  known.set(workflow, places);
  const here = places.get(state) ?? workOut(workflow, state);
  places.set(state, here);
  return here;
}

interface Place {
  readonly path: string;
  readonly config: MachineConfig;
}

function workOut({ definition }: CompiledWorkflow, state: string): AsksHere {
  const places = state.split(' ').flatMap((path) => placesOn(definition.machine, path));
  const active = [...new Map(places.map((place) => [place.path, place])).values()];
  const dated = active.filter(({ config }) => Object.keys(config.after ?? {}).length > 0);
  const waiting = active.filter(({ config }) => config.meta?.waiting !== undefined);
  const staged = active.filter(({ config }) => config.meta?.steps !== undefined);
  const inwards = [...active].sort((a, b) => b.path.split('.').length - a.path.split('.').length);
  const transitions = inwards.flatMap((place) =>
    Object.entries(place.config.on ?? {}).flatMap(([event, list]) =>
      listOf(list).flatMap(({ meta }) =>
        meta?.label === undefined ? [] : [{ place, event, meta }],
      ),
    ),
  );
  const asks = transitions.flatMap(({ place, event, meta }): Ask[] => {
    if (meta.optional ?? meta.grave === true) return [];
    if (staged.some((stage) => isWithin(stage.path, place.path))) return [];
    const due = dated.some((one) => reaches(active, place, one));
    const waitedFor =
      due || (meta.eachParty !== true && waiting.some(({ path }) => path === place.path));
    return waitedFor || meta.eachParty === true ? [{ ...askOf(event, meta), dated: due }] : [];
  });
  return {
    asks: distinct(asks),
    steps: staged.flatMap(({ config }) => config.meta?.steps ?? []),
    firstFor: new Map(
      transitions.flatMap(({ event, meta }) => {
        const [first] = meta.by ?? [];
        return first === undefined ? [] : [[event, first] as const];
      }),
    ),
  };
}

/** The states on the way to a path, the root among them. */
function placesOn(root: MachineConfig, path: string): readonly Place[] {
  const places: Place[] = [{ path: '', config: root }];
  let config: MachineConfig | undefined = root;
  let at = '';
  for (const key of path.split('.')) {
    config = config?.states?.[key];
    if (config === undefined) break;
    at = at === '' ? key : `${at}.${key}`;
    places.push({ path: at, config });
  }
  return places;
}

/** A deadline of this very place, or of one below it with no parallel parts in between. */
function reaches(active: readonly Place[], from: Place, to: Place): boolean {
  if (!isWithin(to.path, from.path)) return false;
  return !active.some(
    ({ path, config }) =>
      config.type === 'parallel' &&
      path !== to.path &&
      isWithin(path, from.path) &&
      isWithin(to.path, path),
  );
}

function isWithin(path: string, ancestor: string): boolean {
  return ancestor === '' || path === ancestor || path.startsWith(`${ancestor}.`);
}

function askOf(event: string, meta: TransitionMeta): Omit<Ask, 'dated'> {
  return {
    event,
    label: meta.label ?? event,
    by: meta.by ?? [],
    eachParty: meta.eachParty === true,
  };
}

function distinct(asks: readonly Ask[]): readonly Ask[] {
  return [...new Map(asks.map((ask) => [ask.event, ask])).values()];
}
