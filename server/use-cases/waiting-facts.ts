import { EVALUATION_UNITS, withinBudgetOr } from '../../engine/evaluation-budget.ts';
import { optionsAt } from '../../engine/options.ts';
import { placeOf } from '../../engine/place.ts';
import { candidatesAt } from '../../engine/choose-transition.ts';
import type { UnmetItem } from '../../engine/unmet.ts';
import { partiesOf } from '../../engine/gate.ts';
import type { Scope } from '../../engine/scope.ts';
import { todayAt } from '../access/row-access.ts';
import { scopeOfRoles } from '../access/scope-of-roles.ts';
import { keptFor } from '../kept-for.ts';
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

/** After so many heads others get their turn. */
const BREATH = 10;
const keptFacts = keptFor<WaitingFacts>(20_000);
let read = 0;

type Known = Pick<Services, 'store' | 'workflows' | 'clock'>;

/**
 * Facts of instances by their newest commit. Reading a head costs far more than reading its row, and
 * most instances have not changed since the list was read last, so facts are kept in memory.
 */
export async function waitingFacts(
  services: Known,
  row: InstanceRow,
): Promise<WaitingFacts | undefined> {
  const kept = keptFacts(services.store);
  const known = kept.get(row.id);
  if (known?.seq === row.seq && known.today === todayAt(known.scope, services.clock.now())) {
    return known;
  }
  read += 1;
  if (read % BREATH === 0) await breathe();
  const facts = await workOut(services, row);
  // a row that the newest commit has not reached yet says nothing of where that one stands
  if (facts?.seq === row.seq) kept.set(row.id, facts);
  return facts;
}

async function workOut(
  { store, workflows, clock }: Known,
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
    scope: scopeOfRoles(workflow.definition, scope),
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
