import { compileCel, readBy } from '../../engine/cel.ts';
import { dateIn } from '../../engine/deadline.ts';
import { listOf, type WorkflowDefinition } from '../../engine/definition.ts';
import { EVALUATION_UNITS, withinBudgetOr } from '../../engine/evaluation-budget.ts';
import { optionsAt } from '../../engine/options.ts';
import { placeOf } from '../../engine/place.ts';
import { candidatesAt } from '../../engine/choose-transition.ts';
import type { UnmetItem } from '../../engine/unmet.ts';
import { partiesOf } from '../../engine/gate.ts';
import type { JsonValue } from '../../engine/json-value.ts';
import type { Scope } from '../../engine/scope.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import { type Head, loadHead, scopeAtHead } from '../runtime/head.ts';
import { breathe } from '../breathe.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { asksAt } from '../../engine/asks-at.ts';
import { readSteps, type ShownStep } from './read-steps.ts';

/** What has to be known of an instance to tell for whom it waits; worked out once for each commit. */
export interface WaitingFacts {
  readonly seq: number;
  /** Gates may read the date. */
  readonly today: string;
  /** Events whose gates are open, as far as can be told before a form is sent. */
  readonly open: ReadonlySet<string>;
  /** Events whose gates are shut for some of the organisations, by organisation. */
  readonly shutFor: ReadonlyMap<string, ReadonlySet<string>>;
  /** Who is still missing where every organisation is waited for; null where none are. */
  readonly missing: readonly UnmetItem[] | null;
  readonly steps: readonly ShownStep[];
  /** Just enough of the scope to tell who holds which role, and who may see it. */
  readonly scope: Scope;
}

/** Beyond this the ones looked at longest ago are worked out again. */
const MOST_KEPT = 10_000;
/** After so many heads others get their turn. */
const BREATH = 10;

/**
 * Facts of instances by their newest commit. Reading a head costs far more than reading its row, and
 * most instances have not changed since the list was read last, so facts are kept in memory.
 */
export function createWaitingFacts(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
): (row: InstanceRow) => Promise<WaitingFacts | undefined> {
  const kept = new Map<string, WaitingFacts>();
  let read = 0;
  return async (row) => {
    const known = kept.get(row.id);
    if (known?.seq === row.seq && known.today === todayOf(services, known.scope)) return known;
    read += 1;
    if (read % BREATH === 0) await breathe();
    const facts = await workOut(services, row);
    kept.delete(row.id);
    if (facts) kept.set(row.id, facts);
    for (const oldest of kept.size > MOST_KEPT ? [...kept.keys()].slice(0, MOST_KEPT / 10) : []) {
      kept.delete(oldest);
    }
    return facts;
  };
}

async function workOut(
  { store, workflows, clock }: Pick<Services, 'store' | 'workflows' | 'clock'>,
  row: InstanceRow,
): Promise<WaitingFacts | undefined> {
  const head = await loadHead(store, workflows, row.id);
  if (!head) return undefined;
  const scope = scopeAtHead(head, clock.now());
  return withinBudgetOr(EVALUATION_UNITS.page, undefined, () => factsOf(head, scope, row));
}

function factsOf(head: Head, scope: Scope, row: InstanceRow): WaitingFacts {
  const { workflow, commit, stored } = head;
  const options = optionsAt(workflow, commit.snapshot, scope);
  const { waitingFor } = placeOf(workflow, commit.snapshot, scope);
  const { steps } = asksAt(workflow, row.state);
  return {
    seq: stored.seq,
    today: scope.today,
    open: new Set(options.filter(({ unmet }) => unmet.length === 0).map(({ event }) => event)),
    shutFor: shutFor(head, scope),
    missing: waitingFor.length === 0 ? null : waitingFor.flatMap(({ items }) => items ?? []),
    steps: readSteps(workflow.definition, steps, scope, holidayCalendar(commit.origin.region)),
    scope: { ...scope, data: dataOfRoles(workflow.definition, scope.data), documents: {} },
  };
}

/** Where gates differ from one organisation to the other: what each cannot take for itself now. */
function shutFor(
  { workflow, commit }: Head,
  scope: Scope,
): ReadonlyMap<string, ReadonlySet<string>> {
  const { snapshot } = commit;
  const differ = candidatesAt(workflow, snapshot).some(
    ({ meta, gate }) => meta.eachParty === true && gate?.readsParty === true,
  );
  const parties = differ ? partiesOf(snapshot.data['parties']) : [];
  return new Map(
    parties.map((party) => [
      party,
      new Set(
        optionsAt(workflow, snapshot, { ...scope, party })
          .filter(({ eachParty, unmet }) => eachParty && unmet.length > 0)
          .map(({ event }) => event),
      ),
    ]),
  );
}

/**
 * The data that roles are worked out from, and whether a confidential record is shared; no more, as
 * many facts are kept at once.
 */
function dataOfRoles({ roles, access }: WorkflowDefinition, data: Scope['data']): Scope['data'] {
  const conditions = [access?.sharedWhen, ...Object.values(roles).map(({ when }) => when)];
  const names = new Set(['parties']);
  for (const condition of conditions) {
    if (condition === undefined) continue;
    const { dataFields } = readBy(compileCel(condition));
    if (dataFields === null) return data;
    for (const name of dataFields) names.add(name);
  }
  for (const { person, of } of Object.values(roles)) {
    for (const path of [...listOf(person), ...listOf(of)]) {
      const [root, field] = path.split('.');
      if (root === 'data' && field !== undefined) names.add(field);
    }
  }
  return Object.fromEntries(
    [...names].flatMap((name): [string, JsonValue][] => {
      const value = data[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function todayOf({ clock }: Pick<Services, 'clock'>, scope: Scope): string {
  return dateIn(clock.now(), scope.instance.timeZone);
}
