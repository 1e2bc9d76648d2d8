import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { knownPartnerships } from './known-partnerships.ts';
import { openRowsIn } from './open-rows-in.ts';
import { PARTNERSHIP_WORKFLOW } from './create-partnership.ts';
import { type Stage, stageAt, stagesOf } from './stages-of.ts';

/** A partnership as a list shows it. */
interface ListedPartnership {
  readonly id: string;
  readonly title: string;
  /** Id of the lead organisation. */
  readonly lead: string;
  readonly organisations: readonly string[];
  readonly stage: string;
  readonly done: boolean;
  /** What hangs over it, e.g. "Operating unsigned: …"; of its own course and of records the asker sees. */
  readonly banners: readonly string[];
  readonly nextDueAt: string | null;
  readonly nextDueTitle: string | null;
  readonly overdue: boolean;
}

export interface PartnershipFilter {
  /** Words of the title or of an organisation's name. */
  readonly text: string;
  /** Path of a stage, 'ended', or empty for all. */
  readonly stage: string;
  /** From 1. */
  readonly page: number;
}

export interface PartnershipList {
  readonly partnerships: readonly ListedPartnership[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly stages: readonly Pick<Stage, 'path' | 'title'>[];
  /** How many there are without the filter. */
  readonly all: number;
}

/** In the filter: partnerships that have come to their end. */
export const ENDED = 'ended';
const PER_PAGE = 20;
const ALPHABET = new Intl.Collator('en-GB');

/** The partnerships an asker belongs to or looks after, in order of title, a page at a time. */
export async function listPartnerships(
  services: Services,
  asker: Asker,
  filter: PartnershipFilter,
  names: ReadonlyMap<string, string>,
): Promise<PartnershipList> {
  const access = createRowAccess(services, asker);
  const stages = stagesOf(services.workflows.newestOf(PARTNERSHIP_WORKFLOW).definition);
  const mine = await knownPartnerships(services, asker, access);
  const words = filter.text.toLocaleLowerCase('en-GB').split(/\s+/u).filter(Boolean);
  const found = mine.filter(({ row, partnership }) => {
    const organisations = (row?.organisations ?? partnership.organisations).map(
      (id) => names.get(id) ?? '',
    );
    const text = [titleOf(partnership, row), ...organisations].join(' ').toLocaleLowerCase('en-GB');
    return words.every((word) => text.includes(word)) && isInStage(stages, row, filter.stage);
  });
  found.sort((a, b) =>
    ALPHABET.compare(titleOf(a.partnership, a.row), titleOf(b.partnership, b.row)),
  );
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const page = Math.min(Math.max(1, filter.page), pages);
  const shown = found.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  return {
    partnerships: await Promise.all(
      shown.map(async ({ partnership, row }) => {
        const open = await access.visible(await openRowsIn(services, partnership.id));
        return listed(stages, partnership, row, open);
      }),
    ),
    total: found.length,
    page,
    pages,
    stages,
    all: mine.length,
  };
}

function listed(
  stages: readonly Stage[],
  partnership: Partnership,
  row: InstanceRow | undefined,
  open: readonly InstanceRow[],
): ListedPartnership {
  const lead = row?.columns['leadOrganisation'];
  const [next] = open
    .filter(({ nextDueAt }) => nextDueAt !== null)
    .sort((a, b) => ((a.nextDueAt ?? '') < (b.nextDueAt ?? '') ? -1 : 1));
  return {
    id: partnership.id,
    title: titleOf(partnership, row),
    lead: typeof lead === 'string' ? lead : partnership.lead,
    organisations: row?.organisations ?? partnership.organisations,
    stage: row === undefined ? '' : (stageAt(stages, row.state)?.title ?? row.stateTitle),
    done: row?.status === 'done',
    banners: [...new Set(open.flatMap(({ banner }) => banner ?? []))],
    nextDueAt: next?.nextDueAt ?? null,
    nextDueTitle: next?.nextDueTitle ?? null,
    overdue: open.some(({ overdue }) => overdue),
  };
}

function titleOf(partnership: Partnership, row: InstanceRow | undefined): string {
  return row?.title ?? partnership.title;
}

function isInStage(
  stages: readonly Stage[],
  row: InstanceRow | undefined,
  wanted: string,
): boolean {
  if (wanted === '') return true;
  if (wanted === ENDED) return row?.status === 'done';
  return row?.status === 'active' && stageAt(stages, row.state)?.path === wanted;
}
