import { dateIn } from '../../engine/deadline.ts';
import { EVALUATION_UNITS, withinBudgetOr } from '../../engine/evaluation-budget.ts';
import { type Sight, sightOf } from '../../engine/role.ts';
import type { Scope } from '../../engine/scope.ts';
import { breathe } from '../breathe.ts';
import { keptFor } from '../kept-for.ts';
import { loadHead, scopeAtHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import type { Asker } from './asker.ts';
import { scopeOfRoles } from './scope-of-roles.ts';
import { type PersonStanding, standingReader } from './standing.ts';

type Known = Pick<Services, 'store' | 'workflows' | 'clock'>;

/** Who sees which rows of a list, for one asker and one request. */
export interface RowAccess {
  /** How the asker sees the record; null when they do not. */
  sightOf(row: InstanceRow): Promise<Sight | null>;
  /** Those of the rows that may be seen, in their order. */
  visible(rows: readonly InstanceRow[]): Promise<readonly InstanceRow[]>;
  standingIn(partnership: string | null): Promise<PersonStanding>;
}

/**
 * The rule of `visibleInstance` for whole lists: most rows are decided by membership alone. For a
 * record that not everybody in its partnership may see, the head is loaded once for each commit.
 */
export function createRowAccess(services: Known, asker: Asker): RowAccess {
  const { store, workflows } = services;
  const standingIn = standingReader(store, asker.person);

  async function sight(row: InstanceRow): Promise<Sight | null> {
    if (asker.kind === 'link') return asker.link.instance === row.id ? 'concerned' : null;
    const definition = await workflows.definition(row.workflow, row.version);
    const standing = await standingIn(row.partnership);
    if (!definition.access) {
      return standing.coordinator || standing.roles.length > 0 ? 'concerned' : null;
    }
    const scope = await scopeFor(services, row);
    if (scope === null) return null;
    return withinBudgetOr(EVALUATION_UNITS.page, null, () => sightOf(definition, standing, scope));
  }

  return {
    sightOf: sight,
    standingIn,
    async visible(rows) {
      const seen: InstanceRow[] = [];
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        if (from > 0) await breathe();
        const group = rows.slice(from, from + AT_ONCE);
        const sights = await Promise.all(group.map(sight));
        seen.push(...group.filter((_, index) => sights[index] !== null));
      }
      return seen;
    },
  };
}

/** Rows that are looked at together; then others get their turn. */
const AT_ONCE = 25;

interface KeptScope {
  readonly seq: number;
  readonly scope: Scope;
}

const keptScopes = keptFor<KeptScope>(20_000);

/** What decides who sees a record, as it stands at the commit of the row. */
async function scopeFor(services: Known, row: InstanceRow): Promise<Scope | null> {
  const { store, workflows, clock } = services;
  const now = clock.now();
  const kept = keptScopes(store);
  const known = kept.get(row.id);
  if (known?.seq === row.seq && known.scope.today === todayAt(known.scope, now)) return known.scope;
  const head = await loadHead(store, workflows, row.id);
  if (!head) return null;
  const scope = scopeOfRoles(head.workflow.definition, scopeAtHead(head, now));
  kept.set(row.id, { seq: head.stored.seq, scope });
  return scope;
}

/** The date at a record's own place: conditions may read it. */
export function todayAt({ instance }: Pick<Scope, 'instance'>, now: string): string {
  return dateIn(now, instance.timeZone);
}
