import { ConcordatError } from '../../engine/errors.ts';
import { titleWithNames } from '../access/name-title.ts';
import type { Asker } from '../access/asker.ts';
import { type Oversight, oversightOf } from '../access/oversight.ts';
import { breathe } from '../breathe.ts';
import { taskInWords } from '../task-in-words.ts';
import type { Services } from '../services.ts';
import type { TaskRecord } from '../store/task.ts';

/** A task that was tried for long and waits for a person. */
export interface ParkedTask {
  readonly id: string;
  readonly what: string;
  /** Why it did not work. */
  readonly reason: string;
  readonly tries: number;
  /** UTC instant at which it was due. */
  readonly dueAt: string;
  readonly record: { readonly id: string; readonly title: string } | null;
  readonly partnership: string | null;
}

const AT_ONCE = 200;
const PER_PAGE = 25;

export interface ParkedPage {
  readonly tasks: readonly ParkedTask[];
  /** How many there are for this asker on all pages. */
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/**
 * What could not be done, the oldest first, a page at a time (from 1). Throws `not-allowed` for who
 * looks after nothing.
 */
export async function listParkedTasks(
  services: Services,
  asker: Asker,
  names: ReadonlyMap<string, string>,
  wanted = 1,
): Promise<ParkedPage> {
  const oversight = await oversightOf(services, asker);
  const theirs: TaskRecord[] = [];
  for await (const tasks of parked(services)) theirs.push(...(await shownOf(oversight, tasks)));
  const pages = Math.max(1, Math.ceil(theirs.length / PER_PAGE));
  const page = Math.min(wanted, pages);
  const onPage = theirs.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const shown = await Promise.all(
    onPage.map((task) => shownTask(services, oversight, names, task)),
  );
  const tasks = shown.filter((task) => task !== null);
  return { tasks, total: theirs.length, page, pages };
}

/**
 * Lets parked tasks be tried again: the one with this id, or all that the asker is shown. Answers how
 * many there were. Throws `not-found` for one that is not parked, or not theirs.
 */
export async function retryParkedTasks(
  services: Services,
  asker: Asker,
  which: { readonly id: string } | 'all',
): Promise<number> {
  const { store, clock } = services;
  const oversight = await oversightOf(services, asker);
  if (which !== 'all') {
    const task = await store.tasks.get(which.id);
    const theirs = task?.state === 'parked' && (await oversight.shown(task)) !== 'nothing';
    if (theirs && (await store.tasks.unpark(which.id, clock.now()))) return 1;
    throw new ConcordatError('not-found', 'no such parked task', {
      userMessage:
        'This is not waiting any more: it has been done, or somebody has tried it again.',
    });
  }
  const ids: string[] = [];
  for await (const tasks of parked(services)) {
    ids.push(...(await shownOf(oversight, tasks)).map(({ id }) => id));
  }
  let tried = 0;
  for (const id of ids) if (await store.tasks.unpark(id, clock.now())) tried += 1;
  return tried;
}

async function* parked({ store }: Services): AsyncGenerator<readonly TaskRecord[]> {
  let after: string | undefined;
  for (;;) {
    const tasks = await store.tasks.list({
      state: 'parked',
      limit: AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    yield tasks;
    await breathe();
    if (tasks.length < AT_ONCE) return;
    after = tasks.at(-1)?.id;
  }
}

async function shownOf(
  oversight: Oversight,
  tasks: readonly TaskRecord[],
): Promise<readonly TaskRecord[]> {
  const shown = await Promise.all(tasks.map((task) => oversight.shown(task)));
  return tasks.filter((_, index) => shown[index] !== 'nothing');
}

async function shownTask(
  { store, workflows }: Services,
  oversight: Oversight,
  names: ReadonlyMap<string, string>,
  task: TaskRecord,
): Promise<ParkedTask | null> {
  const shown = await oversight.shown(task);
  if (shown === 'nothing') return null;
  const { id, tries, dueAt, partnership } = task;
  const row = await store.instances.get(task.instance);
  if (shown === 'withheld' || !row) {
    const what = 'A task of a confidential record';
    const reason = 'Its details are for those concerned alone. It can be tried again here.';
    return { id, what, reason, tries, dueAt, partnership, record: null };
  }
  const definition = await workflows.definition(row.workflow, row.version);
  return {
    id,
    what: taskInWords(task, definition, (other) => workflows.newestOf(other).definition.title),
    reason: task.lastError ?? '',
    tries,
    dueAt,
    partnership,
    record: { id: row.id, title: titleWithNames(names, row.title) },
  };
}
