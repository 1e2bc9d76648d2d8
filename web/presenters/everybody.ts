import { filterText, type FilterView } from './filter.ts';
import type { TableView } from './table.ts';

export interface EverybodyView {
  readonly filter: FilterView;
  readonly table: TableView | null;
  readonly count: string;
}

/** Everybody who is known to the installation, for administrators. */
export function presentEverybody(
  people: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly organisation: string;
    readonly coordinator: boolean;
    readonly administrator: boolean;
    readonly disabledAt: string | null;
  }[],
  text: string,
  names: ReadonlyMap<string, string>,
): EverybodyView {
  const words = text.toLocaleLowerCase('en-GB').split(/\s+/u).filter(Boolean);
  const shown = people.filter((person) => {
    const all = `${person.name} ${person.email} ${names.get(person.organisation) ?? ''}`;
    return words.every((word) => all.toLocaleLowerCase('en-GB').includes(word));
  });
  return {
    count: shown.length === 1 ? '1 person' : `${shown.length} people`,
    filter: {
      action: '/settings/people',
      label: 'Filter the people',
      active: text !== '',
      fields: [filterText('text', 'Name, address or organisation', text)],
    },
    table:
      shown.length === 0
        ? null
        : {
            columns: [
              { text: 'Name' },
              { text: 'E-mail' },
              { text: 'Organisation' },
              { text: 'Looks after' },
            ],
            rows: shown.map((person) => ({
              cells: [
                {
                  header: true,
                  text: person.name,
                  href: `/settings/people/${person.id}`,
                  ...(person.disabledAt === null
                    ? {}
                    : { note: 'Can no longer sign in', noteUrgent: true }),
                },
                { label: 'E-mail', text: person.email },
                { label: 'Organisation', text: names.get(person.organisation) ?? '' },
                { label: 'Looks after', text: duties(person) },
              ],
            })),
          },
  };
}

function duties({
  coordinator,
  administrator,
}: {
  readonly coordinator: boolean;
  readonly administrator: boolean;
}): string {
  const all = [
    ...(coordinator ? ['all partnerships'] : []),
    ...(administrator ? ['the installation'] : []),
  ];
  return all.join(' and ');
}
