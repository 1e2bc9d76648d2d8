import { createRowAccess } from '../access/row-access.ts';
import { membersStanding } from '../access/standing.ts';
import type { Services } from '../services.ts';
import type { Person } from '../store/directory.ts';
import type { TaskRecord } from '../store/task.ts';
import { taskInWords } from './task-in-words.ts';
import { titleInWords } from './name-ids.ts';
import { sendMail } from './send-mail.ts';

/**
 * Writes to the coordinators of a partnership (else to those of the installation, else to its
 * administrators) that something could not be done. Best effort: when no mail can leave, it is still
 * on the page of parked tasks, and in the log.
 */
export async function tellAboutParkedTask(
  services: Services,
  task: TaskRecord,
  reason: string,
): Promise<void> {
  try {
    for (const person of await whoLooksAfter(services, task.partnership)) {
      await tell(services, task, reason, person);
    }
  } catch (error) {
    services.log.warn({ task: task.id, err: error }, 'nobody could be told of a parked task');
  }
}

async function whoLooksAfter(
  { store }: Services,
  partnership: string | null,
): Promise<readonly Person[]> {
  const members = await membersStanding(store, partnership);
  const own = members.filter(({ standing }) => standing.roles.includes('coordinator'));
  if (own.length > 0) return own.map(({ person }) => person);
  const people = (await store.directory.people()).filter(({ disabledAt }) => disabledAt === null);
  const coordinators = people.filter(({ coordinator }) => coordinator);
  return coordinators.length > 0
    ? coordinators
    : people.filter(({ administrator }) => administrator);
}

async function tell(
  services: Services,
  task: TaskRecord,
  reason: string,
  person: Person,
): Promise<void> {
  const { store, workflows, config } = services;
  const row = await store.instances.get(task.instance);
  if (!row) return;
  const { definition } = await workflows.version(row.workflow, row.version);
  // What a confidential record is called is for those concerned alone.
  const access = createRowAccess(services, { kind: 'person', person });
  const open = (await access.sightOf(row)) === 'concerned';
  const partnership =
    task.partnership === null ? undefined : await store.directory.partnership(task.partnership);
  const organisation = await store.directory.organisation(person.organisation);
  await sendMail(services, {
    key: `parked:${task.id}:${task.lease?.token ?? 0}`,
    template: 'parked-task',
    person,
    organisation: organisation?.name ?? null,
    ...(open
      ? {
          instance: {
            id: row.id,
            title: await titleInWords(store, row.title),
            state: row.stateTitle,
          },
        }
      : {}),
    ...(partnership ? { partnership } : {}),
    url: `${config.url}/parked-tasks`,
    with: {
      task: open
        ? taskInWords(task, definition, (id) => workflows.newestOf(id).definition.title)
        : 'A task of a confidential record',
      reason: open ? reason : null,
      tries: task.tries + 1,
    },
  });
}
