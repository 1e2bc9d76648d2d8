import { formatMailDate } from '../../web/presenters/format-date.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { chasedBy, momentOf, timerOf } from './chase-task.ts';
import { instanceAddress } from '../instance-address.ts';
import { mailWhoLooksAfter } from './mail-who-looks-after.ts';
import { noteInHistory } from './note.ts';

/**
 * The last chase has gone unheard: nobody is written to any more, and whoever looks after the
 * partnership is told that it is theirs now, unless what was chased has been done meanwhile.
 */
export async function handOver(services: Services, task: Task): Promise<void> {
  const { store, workflows, config } = services;
  const moment = momentOf(task);
  const { commit, workflow } = await requireHead(store, workflows, task.instance);
  const { template } = moment;
  if (template === null || !timerOf(moment, commit.timers)) return;
  const deadline = workflow.definition.deadlines?.[moment.deadline]?.title ?? moment.deadline;
  const { people, refused } = await mailWhoLooksAfter(services, {
    key: task.id,
    task,
    template,
    url: instanceAddress(config.url, task.instance),
    due: formatMailDate(moment.dueAt, commit.origin.timeZone),
    with: (sight, { title }) => ({
      // What is due in a record that they do not see can tell what stands in it.
      deadline: sight === null ? title : deadline,
      record: sight === 'concerned' ? null : title,
      chases: moment.chase,
    }),
  });
  const story =
    people.length > 0
      ? 'Nobody is chased any more for “{deadline}”: it is with {people} now'
      : 'Nobody is chased any more for “{deadline}”, and no coordinator could be told';
  await noteInHistory(services, task, story, {
    ...chasedBy(moment),
    what: 'chases-ended',
    deadline,
    people: [...people],
    refused: [...refused],
  });
}
