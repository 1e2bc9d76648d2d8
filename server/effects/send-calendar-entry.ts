import type { CalendarEffect } from '../../engine/effect.ts';
import { calendarEntry } from '../mail/calendar-entry.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { instanceAddress } from '../instance-address.ts';
import { mailAboutInstance } from './mail-about-instance.ts';
import { noteInHistory } from './note.ts';
import { noteMail } from './notify.ts';

const TEMPLATE = 'calendar-entry';

/** Sends a date as a calendar entry; the same date moved later updates the entry people have. */
export async function sendCalendarEntry(services: Services, task: Task): Promise<void> {
  const { config, clock } = services;
  const effect = task.detail as unknown as CalendarEffect;
  const head = await requireHead(services.store, services.workflows, task.instance);
  if (typeof effect.on !== 'string') {
    return noteInHistory(services, task, 'A calendar entry has no date yet', { name: effect.name });
  }
  const entry = calendarEntry({
    uid: `${task.instance}-${effect.name}@${new URL(config.url).hostname}`,
    sequence: task.seq,
    title: effect.title,
    on: effect.on,
    at: clock.now(),
    url: instanceAddress(config.url, task.instance),
  });
  const mailed = await mailAboutInstance(services, {
    ...effect,
    task,
    head,
    template: TEMPLATE,
    with: { title: effect.title, on: effect.on },
    attachments: [entry],
  });
  await noteMail(services, task, TEMPLATE, mailed);
}
