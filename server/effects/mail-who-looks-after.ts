import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { Sight } from '../../engine/role.ts';
import { isConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { createRowAccess } from '../access/row-access.ts';
import { membersStanding } from '../access/standing.ts';
import type { Services } from '../services.ts';
import type { Person } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import type { Task } from '../store/task.ts';
import { titleInWords } from '../access/name-ids.ts';
import { sendMail } from '../mail/send-mail.ts';

export interface MailWhoLooksAfter {
  /** Stable: each gets the mail once under it. */
  readonly key: string;
  readonly task: Task;
  readonly template: string;
  readonly url: string;
  readonly due?: string;
  /** What the template is given; less of a record that whoever reads it sees in part, or not at all. */
  readonly with: (sight: Sight | null, definition: WorkflowDefinition) => JsonObject;
}

/**
 * Writes about a record to the coordinators of its partnership (else to those of the installation,
 * else to its administrators). What a confidential record is called is for those concerned alone. All
 * are tried; then the first failure is thrown, refused addresses excepted.
 */
export async function mailWhoLooksAfter(
  services: Services,
  mail: MailWhoLooksAfter,
): Promise<{ readonly people: readonly string[]; readonly refused: readonly string[] }> {
  const row = await services.store.instances.get(mail.task.instance);
  const people: string[] = [];
  const refused: string[] = [];
  if (!row) return { people, refused };
  const failures: Error[] = [];
  for (const person of await whoLooksAfter(services, mail.task.partnership)) {
    try {
      await sendTo(services, mail, row, person);
      people.push(person.id);
    } catch (error) {
      if (isConcordatError(error) && error.code === 'mail-refused') refused.push(person.id);
      else if (error instanceof Error) failures.push(error);
      else throw error;
    }
  }
  const [failure] = failures;
  if (failure) throw failure;
  return { people, refused };
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

async function sendTo(
  services: Services,
  { key, task, template, url, due, with: fields }: MailWhoLooksAfter,
  row: InstanceRow,
  person: Person,
): Promise<void> {
  const { store, workflows } = services;
  const { definition } = await workflows.version(row.workflow, row.version);
  const access = createRowAccess(services, { kind: 'person', person });
  const sight = await access.sightOf(row);
  const open = sight === 'concerned';
  const title = open ? await titleInWords(store, row.title) : '';
  const partnership =
    task.partnership === null ? undefined : await store.directory.partnership(task.partnership);
  const organisation = await store.directory.organisation(person.organisation);
  await sendMail(services, {
    key,
    template,
    person,
    organisation: organisation?.name ?? null,
    ...(open ? { instance: { id: row.id, title, state: row.stateTitle } } : {}),
    ...(partnership ? { partnership } : {}),
    ...(due === undefined ? {} : { due }),
    url,
    with: fields(sight, definition),
  });
}
