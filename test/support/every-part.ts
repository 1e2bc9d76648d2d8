import { presentHistory } from '../../web/presenters/history.ts';
import { presentPagination } from '../../web/presenters/pagination.ts';
import { presentTaskList } from '../../web/presenters/task-list.ts';

const clock = { now: '2027-03-10T10:00:00Z', timeZone: 'Europe/London' };

/** Something to show for every partial, with the long words that real partnerships bring. */
export function everyPart() {
  return {
    banner: {
      title: 'Operating unsigned',
      text: 'delivery began on 1 February 2027 by a recorded decision; sign by 30 April 2027.',
      href: '#',
      linkText: 'See the decision',
    },
    notice: {
      title: 'Sent',
      text: 'The draft is with both partners.',
      success: true,
      more: 'You can see the mail under Sent mail.',
    },
    breadcrumbs: [
      { text: 'Partnerships', href: '/partnerships' },
      { text: 'Night shelter', href: '/partnerships/1' },
      { text: 'Agreement' },
    ],
    tasks: presentTaskList(
      [
        {
          id: 't1',
          title: 'Name the lead for each organisation',
          state: 'done',
          href: '#',
          owner: 'Northshire Council',
        },
        {
          id: 't2',
          title: 'Agree what the partnership is for',
          state: 'doing',
          href: '#',
          hint: 'Start from what people who use the service told you.',
          owner: 'Both managers',
          dueAt: '2027-03-13T00:00:00Z',
        },
        {
          id: 't3',
          title: 'Answer the readiness questions',
          state: 'to-do',
          href: '#',
          owner: 'Vale Health Trust',
          dueAt: '2027-03-06T00:00:00Z',
        },
        {
          id: 't4',
          title: 'Information-sharing leads assure their items',
          state: 'waiting',
          owner: 'Harbour Refuge',
          dueAt: '2027-03-11T00:00:00Z',
        },
        {
          id: 't5',
          title: 'Sign the agreement',
          state: 'blocked',
          hint: 'Two required items of the checklist are open.',
        },
      ],
      clock,
    ),
    history: presentHistory(
      [
        {
          at: '2027-01-04T09:05:00Z',
          what: 'The partnership was opened.',
          who: 'Amina Yusuf, Northshire Council',
          notable: true,
        },
        {
          at: '2027-02-28T15:00:00Z',
          what: 'The review date was corrected from 1 March 2026 to 1 March 2027.',
          who: 'Józef Łódzki, Vale Health Trust',
          notes: ['Reason: typing mistake on the first form.\nBoth partners were told.'],
        },
        {
          at: '2027-03-01T00:00:00Z',
          what: 'The first level ended without an answer; the dispute went to the executives.',
          links: [{ href: '#', text: 'The notice that was sent' }],
          notable: true,
        },
      ],
      clock.timeZone,
    ),
    pagination: presentPagination({ current: 4, total: 12, href: (page) => `?page=${page}` }),
    table: {
      caption: 'Disputes',
      columns: [
        { text: 'Dispute' },
        { text: 'Level' },
        { text: 'Due' },
        { text: 'Sum', numeric: true },
      ],
      rows: [
        {
          cells: [
            { header: true, text: 'Who pays for the night shelter', href: '#' },
            { label: 'Level', text: 'Executives', tag: 'blue' },
            { label: 'Due', text: '4 days overdue', urgent: true },
            { label: 'Sum', text: '£1,250.50', numeric: true },
          ],
        },
        {
          cells: [
            {
              header: true,
              text: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch premises',
              href: '#',
            },
            { label: 'Level', text: 'Managers' },
            { label: 'Due', text: 'in 3 days' },
            { label: 'Sum', text: '£12', numeric: true },
          ],
        },
      ],
    },
    filter: {
      action: '/parts',
      label: 'Filter the disputes',
      active: true,
      fields: [
        {
          partial: 'partials/form/text',
          id: 'f-text',
          name: 'text',
          label: 'Words in the title',
          type: 'text',
          value: 'shelter',
        },
        {
          partial: 'partials/form/select',
          id: 'f-level',
          name: 'level',
          label: 'Level',
          options: [
            { value: '', text: 'All' },
            { value: 'executives', text: 'Executives', chosen: true },
          ],
        },
      ],
    },
  };
}
