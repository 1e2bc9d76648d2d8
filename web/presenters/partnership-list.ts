import {
  ENDED,
  type PartnershipFilter,
  type PartnershipList,
} from '../../server/use-cases/list-partnerships.ts';
import { dueCell, type ReadersClock } from './due-cell.ts';
import { filterSelect, filterText, type FilterView } from './filter.ts';
import { presentPagination, type PaginationView } from './pagination.ts';
import type { TableView } from './table.ts';

export interface PartnershipListView {
  readonly filter: FilterView | null;
  readonly table: TableView | null;
  readonly pagination: PaginationView | null;
  readonly count: string;
  readonly mayCreate: boolean;
  readonly filtered: boolean;
}

/** The list of partnerships with its filter. */
export function presentPartnershipList(
  list: PartnershipList,
  filter: PartnershipFilter,
  given: {
    readonly names: ReadonlyMap<string, string>;
    readonly clock: ReadersClock;
    readonly mayCreate: boolean;
  },
): PartnershipListView {
  const filtered = filter.text !== '' || filter.stage !== '';
  const stages = [...list.stages, { path: ENDED, title: 'Ended' }];
  return {
    mayCreate: given.mayCreate,
    filtered,
    count: list.total === 1 ? '1 partnership' : `${list.total} partnerships`,
    filter:
      list.all === 0
        ? null
        : {
            action: '/partnerships',
            label: 'Filter the partnerships',
            active: filtered,
            fields: [
              filterText('text', 'Name or organisation', filter.text),
              filterSelect(
                'stage',
                'Stage',
                [
                  { value: '', text: 'All' },
                  ...stages.map(({ path, title }) => ({ value: path, text: title })),
                ],
                filter.stage,
              ),
            ],
          },
    table: list.partnerships.length === 0 ? null : tableOf(list, given),
    pagination:
      list.pages > 1
        ? presentPagination({
            current: list.page,
            total: list.pages,
            href: (page) =>
              `/partnerships?${new URLSearchParams({ text: filter.text, stage: filter.stage, page: String(page) }).toString()}`,
          })
        : null,
  };
}

function tableOf(
  { partnerships }: PartnershipList,
  { names, clock }: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): TableView {
  return {
    columns: [{ text: 'Partnership' }, { text: 'Lead' }, { text: 'Stage' }, { text: 'Next date' }],
    rows: partnerships.map((one) => ({
      cells: [
        {
          header: true,
          text: one.title,
          href: `/partnerships/${one.id}`,
          ...(one.banners.length === 0 ? {} : { note: one.banners.join(' '), noteUrgent: true }),
        },
        { label: 'Lead', text: names.get(one.lead) ?? '' },
        { label: 'Stage', text: one.stage },
        one.done ? { label: 'Next date', text: 'Ended' } : dueCell(one, clock),
      ],
    })),
  };
}
