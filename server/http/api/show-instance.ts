import type { InstanceRow } from '../../store/instance-row.ts';
import type { InstanceView, OfferedOption } from '../../use-cases/read-instance.ts';

/** An instance as the API answers it: the same facts as its page, ids in place of names. */
export function showInstance(view: InstanceView): object {
  const { place } = view;
  return {
    id: view.id,
    seq: view.seq,
    hash: view.hash,
    workflow: view.workflow,
    title: view.title,
    partnership: view.partnership,
    parent: view.parent && relation(view.parent),
    children: view.children.map(relation),
    status: view.status,
    state: place.states,
    place: {
      title: place.title,
      waiting: place.waiting,
      waitingFor: place.waitingFor,
      hint: place.hint,
      banner: place.banner,
      outcome: place.outcome,
    },
    confidential: view.confidential,
    onlyShared: view.onlyShared,
    timeZone: view.timeZone,
    data: view.data,
    dataSchema: view.dataSchema,
    options: view.options.map((option) => showOption(option, view.documents)),
    deadlines: view.deadlines,
    documents: Object.entries(view.documents).map(
      ([name, { title, at, manifest, html, pdf, text }]) => ({
        name,
        title,
        at,
        manifest,
        html,
        pdf,
        text,
      }),
    ),
    mayCorrect: view.mayCorrect,
    openedAt: view.openedAt,
    updatedAt: view.updatedAt,
  };
}

function showOption(option: OfferedOption, documents: InstanceView['documents']): object {
  const { event, label, hint, theirs, who, confirm, grave, eachParty, decides } = option;
  const { about, form, unmet } = option;
  const manifest = decides === null ? null : (documents[decides]?.manifest ?? null);
  return {
    event,
    label,
    hint,
    theirs,
    who,
    confirm,
    grave,
    eachParty,
    manifest,
    about,
    form,
    unmet,
  };
}

/** An instance as lists show it. */
export function showRow(row: InstanceRow): object {
  return {
    id: row.id,
    seq: row.seq,
    hash: row.hash,
    workflow: row.workflow,
    version: row.version,
    partnership: row.partnership,
    parent: row.parent,
    title: row.title,
    state: row.state === '' ? [] : row.state.split(' '),
    stateTitle: row.stateTitle,
    status: row.status,
    outcome: row.outcome,
    nextDueAt: row.nextDueAt,
    nextDueTitle: row.nextDueTitle,
    overdue: row.overdue,
    openedAt: row.openedAt,
    updatedAt: row.updatedAt,
  };
}

function relation({ id, title }: InstanceRow): object {
  return { id, title };
}
