import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Asker } from '../access/asker.ts';
import { type VirtualClock, virtualClock } from '../clock.ts';
import type { Config } from '../settings.ts';
import { closeServices, createServices } from '../create-services.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import type { Log } from '../log.ts';
import type { Services } from '../services.ts';
import type { Organisation, Person } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { openStore } from '../store/open-store.ts';
import { readInstance } from '../use-cases/read-instance.ts';
import { sendEvent } from '../use-cases/send-event.ts';
import { startWorkflow } from '../use-cases/start-workflow.ts';
import { createMailSender } from '../mail/create-mail-sender.ts';
import { createWorker, type Worker } from '../worker/worker.ts';
import { actByMail } from './act-by-mail.ts';
import { type DemoDates, demoDates, STORY_MONTHS } from './demo-dates.ts';
import { type Narrator, narrator } from './narrator.ts';
import { type Mailboxes, mailboxes } from './mailboxes.ts';

/** The world the story plays in: the server's own parts, with a clock that the story moves. */
export interface DemoWorld {
  readonly services: Services;
  readonly dates: DemoDates;
  readonly narrator: Narrator;
  readonly organisations: Map<string, Organisation>;
  readonly people: Map<string, Person>;
  /** Today, where the story plays. */
  today(): string;
  /** Goes on to that working day; everything that falls due on the way is done at its time. */
  until(months: number, days?: number): Promise<void>;
  /** Goes on by so many days, to a working day. */
  later(days: number): Promise<void>;
  /** Goes on to the working day after the next deadline of a record, whenever that is. */
  untilAfterDeadline(instance: string): Promise<void>;
  /** Goes on to the evening of the story's last day. */
  untilTheEnd(): Promise<void>;
  /** What is to happen by itself on that day, such as the yearly look at the figures. */
  onDay(months: number, days: number, work: () => Promise<void>): void;
  /** A signed-in person does something, and what follows from it is done. */
  act(who: string, instance: string, event: string, fields?: JsonObject): Promise<void>;
  /** As `act`, but it has to be refused; answers what the person is told. */
  refused(who: string, instance: string, event: string, fields?: JsonObject): Promise<string>;
  /** Somebody opens the link in their newest mail about this record and does something with it. */
  actByMail(who: string, instance: string, event: string, fields?: JsonObject): Promise<void>;
  /** A signed-in person starts a workflow; answers the instance. */
  start(who: string, workflow: string, partnership: string, form: JsonObject): Promise<string>;
  /** The newest instance of a workflow in a partnership whose title has that part. */
  find(partnership: string, workflow: string, title?: string): Promise<InstanceRow>;
  asker(who: string): Asker;
  organisation(key: string): string;
  person(key: string): Person;
  /** Does all that is due now. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a world on an empty store; the first day's work begins at nine. */
export async function createDemoWorld(options: {
  readonly config: Config;
  readonly start: string;
  readonly log: Log;
  readonly say: (line: string) => void;
}): Promise<DemoWorld> {
  const { config, start, log, say } = options;
  const calendar = holidayCalendar(config.region);
  const dates = demoDates(start, { timeZone: config.timeZone, calendar });
  const clock = virtualClock(dates.at(dates.workingDate(0), '09:00'));
  const telling = narrator(await openStore(config.store, 'exclusive'), say);
  const mail = mailboxes(createMailSender(config));
  const own = { clock, log, store: telling.store, mail: mail.sender };
  const services = await createServices(config, own);
  telling.learn(services.workflows);
  const worker = createWorker(services);
  return worldOf({ services, clock, worker, mail, dates, telling });
}

const DAY_MS = 86_400_000;

function worldOf(parts: {
  readonly services: Services;
  readonly clock: VirtualClock;
  readonly worker: Worker;
  readonly mail: Mailboxes;
  readonly dates: DemoDates;
  readonly telling: Narrator;
}): DemoWorld {
  const { services, clock, worker, mail, dates, telling } = parts;
  const { store } = services;
  const organisations = new Map<string, Organisation>();
  const people = new Map<string, Person>();
  const chores: { readonly at: string; readonly work: () => Promise<void> }[] = [];
  let acts = 0;

  const person = (key: string): Person => known(people, key);
  const asker = (key: string): Asker => ({ kind: 'person', person: person(key) });

  const localDate = (instant: string): string =>
    new Intl.DateTimeFormat('en-CA', { timeZone: dates.timeZone }).format(new Date(instant));

  const daysFrom = (instant: string, days: number): string =>
    localDate(new Date(Date.parse(instant) + days * DAY_MS).toISOString());

  async function settle(): Promise<void> {
    while ((await worker.drain()) > 0);
  }

  /** Moves to each moment at which something is due, in order, as a server would live through it. */
  async function liveUntil(instant: string): Promise<void> {
    for (;;) {
      await settle();
      const next = await store.tasks.nextDueAt();
      if (next === undefined || next > instant) break;
      if (next > clock.now()) clock.advanceTo(next);
    }
    if (instant > clock.now()) clock.advanceTo(instant);
    await settle();
  }

  async function goTo(instant: string): Promise<void> {
    if (instant < clock.now()) {
      throw new ConcordatError('internal', `the story goes back from ${clock.now()} to ${instant}`);
    }
    for (;;) {
      chores.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      const [chore] = chores;
      if (!chore || chore.at > instant) break;
      chores.shift();
      await liveUntil(chore.at);
      await chore.work();
    }
    await liveUntil(instant);
  }

  /** People need a few minutes between one thing and the next. */
  async function aMomentLater(): Promise<void> {
    acts += 1;
    const minutes = 2 + ((acts * 7) % 11);
    await liveUntil(new Date(Date.parse(clock.now()) + minutes * 60_000).toISOString());
  }

  async function act(
    who: string,
    instance: string,
    event: string,
    fields: JsonObject = {},
  ): Promise<void> {
    await aMomentLater();
    const { options, documents } = await readInstance(services, asker(who), instance);
    const decides = options.find((one) => one.event === event)?.decides ?? null;
    const manifest = decides === null ? undefined : documents[decides]?.manifest;
    await sendEvent(services, asker(who), {
      instance,
      event,
      fields,
      ...(manifest === undefined ? {} : { manifest }),
    });
    await settle();
  }

  return {
    services,
    dates,
    narrator: telling,
    organisations,
    people,
    today: () => localDate(clock.now()),
    until: (months, days = 0) => goTo(dates.at(dates.workingDate(months, days), '09:30')),
    later: (days) => goTo(dates.at(dates.nextWorkingDay(daysFrom(clock.now(), days)), '09:30')),
    async untilAfterDeadline(instance) {
      const due = (await store.instances.get(instance))?.nextDueAt;
      if (!due) throw new ConcordatError('internal', `${instance} has no deadline`);
      await goTo(dates.at(dates.nextWorkingDay(daysFrom(due, 1)), '09:30'));
    },
    untilTheEnd: () => goTo(dates.at(dates.date(STORY_MONTHS), '17:00')),
    onDay(months, days, work) {
      chores.push({ at: dates.at(dates.workingDate(months, days), '14:00'), work });
    },
    act,
    async refused(who, instance, event, fields) {
      try {
        await act(who, instance, event, fields);
      } catch (error) {
        if (!isConcordatError(error)) throw error;
        telling.remark(clock.now(), `Refused: ${error.userMessage}`);
        return error.userMessage;
      }
      throw new ConcordatError('internal', `${event} was taken, and should have been refused`);
    },
    async actByMail(who, instance, event, fields = {}) {
      await aMomentLater();
      await actByMail(services, mail, {
        person: person(who),
        instance,
        event,
        fields,
        idempotencyKey: `demo-${acts}`,
      });
      await settle();
    },
    async start(who, workflow, partnership, form) {
      await aMomentLater();
      const { instance } = await startWorkflow(services, asker(who), {
        workflow,
        partnership,
        form,
      });
      await settle();
      return instance;
    },
    async find(partnership, workflow, title = '') {
      const { rows } = await store.instances.list({ partnership, workflow, limit: 100 });
      const found = rows
        .filter((row) => row.title.includes(title))
        .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
      const [row] = found.filter(({ status }) => status === 'active').concat(found);
      if (row) return row;
      throw new ConcordatError('not-found', `no ${workflow} ${title} in ${partnership}`);
    },
    asker,
    organisation: (key) => known(organisations, key).id,
    person,
    settle,
    async close() {
      await worker.stop();
      await closeServices(services);
    },
  };
}

function known<T>(all: ReadonlyMap<string, T>, key: string): T {
  const found = all.get(key);
  if (found === undefined) throw new ConcordatError('internal', `the story knows no ${key}`);
  return found;
}
