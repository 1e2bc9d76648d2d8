import { EVALUATION_UNITS, withinBudgetOr } from '../../engine/evaluation-budget.ts';
import { type Sight, sightOf } from '../../engine/role.ts';
import { loadHead, scopeAtHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import type { Asker } from './asker.ts';
import { type PersonStanding, standingReader } from './standing.ts';

/** Who sees which rows of a list, for one asker and one request. */
export interface RowAccess {
  /** How the asker sees the record; null when they do not. */
  sightOf(row: InstanceRow): Promise<Sight | null>;
  /** Those of the rows that may be seen, in their order. */
  visible(rows: readonly InstanceRow[]): Promise<readonly InstanceRow[]>;
  standingIn(partnership: string | null): Promise<PersonStanding>;
}

/**
 * The rule of `visibleInstance` for whole lists: most rows are decided by membership alone, and a
 * head is loaded only for a record that not everybody in its partnership may see.
 */
export function createRowAccess(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
  asker: Asker,
): RowAccess {
  const { store, workflows, clock } = services;
  const standingIn = standingReader(store, asker.person);

  async function sight(row: InstanceRow): Promise<Sight | null> {
    if (asker.kind === 'link') return asker.link.instance === row.id ? 'concerned' : null;
    const definition = await workflows.definition(row.workflow, row.version);
    const standing = await standingIn(row.partnership);
    if (!definition.access) {
      return standing.coordinator || standing.roles.length > 0 ? 'concerned' : null;
    }
    const head = await loadHead(store, workflows, row.id);
    if (!head) return null;
    const scope = scopeAtHead(head, clock.now());
    return withinBudgetOr(EVALUATION_UNITS.page, null, () => sightOf(definition, standing, scope));
  }

  return {
    sightOf: sight,
    standingIn,
    async visible(rows) {
      const seen: InstanceRow[] = [];
      for (const row of rows) if ((await sight(row)) !== null) seen.push(row);
      return seen;
    },
  };
}
