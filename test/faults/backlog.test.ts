import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type RunTask, TASK_RUNNERS } from '../../server/effects/run-task.ts';
import type { MailSender, OutgoingMail } from '../../server/mail/mail-sender.ts';
import { readCommit } from '../../server/runtime/head.ts';
import { LANE_OF, type Task, type TaskKind, type TaskLane } from '../../server/store/task.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { createWorker } from '../../server/worker/worker.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestServer } from '../support/test-server.ts';
import { inForm } from './in-form.ts';

/** One ask, three reminders, the deadline and its first chase. */
const TASKS_EACH = 6;
const INSTANCES = inForm({ short: 500, long: 16_700 });
const AT_ONCE = 16;
/** Answers are wanted on thirty different days. */
const FIRST_DAY = Date.UTC(2026, 2, 20);
const SWITCHED_ON = '2026-05-06T09:00:00.000Z';
const SOON_AFTER = '2026-05-06T11:00:00.000Z';

test(
  `${INSTANCES * TASKS_EACH} tasks that fell due while the server was off are done in order, some at a time, and people hear the newest truth once`,
  async () => {
    const mails: OutgoingMail[] = [];
    const server = await startTestServer({ workflows: workflows(), mail: catching(mails) });
    onTestFinished(() => server.stop());
    const { services, clock } = server;
    const { store } = services;
    const council = await server.organisation('Harbour');
    const place = await server.partnership('Safe at home', [council]);
    const manager = await server.member(place, council, 'Mary Manager', ['manager']);
    await server.worker.drain();
    mails.length = 0;

    const began = performance.now();
    const instances: string[] = [];
    for (let n = 0; n < INSTANCES; n += 100) {
      const some = Array.from({ length: Math.min(100, INSTANCES - n) }, async (_, i) => {
        const day = new Date(FIRST_DAY + ((n + i) % 30) * 86_400_000).toISOString().slice(0, 10);
        const form = { subject: `Beds ${n + i}`, answerBy: day };
        const request = { workflow: 'late-answer', partnership: place.id, form };
        return (await startWorkflow(services, { kind: 'person', person: manager }, request))
          .instance;
      });
      instances.push(...(await Promise.all(some)));
    }
    const started = performance.now();

    clock.advanceTo(SWITCHED_ON);
    const watch = watching(SWITCHED_ON);
    const worker = createWorker(services, { runners: watch.runners });
    worker.start();
    for (;;) {
      const next = await store.tasks.nextDueAt();
      if (next === undefined || next > SOON_AFTER) break;
      // two that met at one instance: one of them tries again in a moment
      if (next > clock.now()) clock.advanceTo(next);
      watch.look();
      await delay(200);
    }
    await worker.stop();
    const seconds = (performance.now() - started) / 1_000;

    expect(watch.most).toEqual({ mail: AT_ONCE, documents: 0, work: AT_ONCE });
    for (const lane of ['mail', 'work'] as const) {
      const order = watch.begun[lane];
      for (const [at, dueAt] of order.entries()) {
        // those that are in hand together begin in any order, and tasks of one instance in turn
        expect(dueAt >= (order[at - AT_ONCE * 4] ?? ''), `${lane} ${at}`).toBe(true);
      }
    }
    // all but first chases that their deadline replaced by the newest
    expect(watch.begun.work.length + watch.begun.mail.length).toBeGreaterThanOrEqual(
      INSTANCES * (TASKS_EACH - 1),
    );

    const heard = new Map<string, string[]>();
    for (const { subject, text } of mails) {
      const about = /Beds \d+/u.exec(`${subject} ${text}`)?.[0] ?? '';
      heard.set(about, [...(heard.get(about) ?? []), subject]);
      // whatever names the day says that it is over
      if (/the end of/u.test(text)) expect(text).toMatch(/It was due by|which has passed/u);
    }
    expect(mails.filter(({ text }) => text.includes('which has passed')).length).toBeGreaterThan(0);
    expect(heard.size).toBe(INSTANCES);
    for (const [about, subjects] of heard) {
      expect(
        subjects.filter((subject) => subject.startsWith('Overdue')),
        about,
      ).toHaveLength(1);
      expect(subjects, about).toHaveLength(2);
    }
    for (const instance of instances) {
      const head = await store.commits.head(instance);
      expect(head && readCommit(head).snapshot.data['passed']).toBe(1);
    }
    expect(await store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
    const rate = Math.round(watch.count() / seconds);
    console.log(
      `${INSTANCES} instances begun in ${Math.round((started - began) / 1_000)} s; ${watch.count()} tasks ` +
        `in ${Math.round(seconds)} s, ${rate} a second; ${mails.length} mails; at most ` +
        `${Math.round(watch.memory() / 1_048_576)} MB in use`,
    );
  },
  inForm({ short: 120_000, long: 1_800_000 }),
);

/** Counts what is under way, and notes when each task that was due at the start began. */
function watching(from: string) {
  const seen = new Set<string>();
  const begun: Record<TaskLane, string[]> = { mail: [], documents: [], work: [] };
  const most: Record<TaskLane, number> = { mail: 0, documents: 0, work: 0 };
  const now: Record<TaskLane, number> = { mail: 0, documents: 0, work: 0 };
  let count = 0;
  let memory = 0;
  const watched =
    (kind: TaskKind, run: RunTask): RunTask =>
    async (services, task: Task) => {
      const lane = LANE_OF[kind];
      // what came only now, as a chase after its deadline, has its place when it comes
      if (task.seq === 1 && task.dueAt <= from && !seen.has(task.id)) begun[lane].push(task.dueAt);
      seen.add(task.id);
      now[lane] += 1;
      count += 1;
      most[lane] = Math.max(most[lane], now[lane]);
      try {
        await run(services, task);
      } finally {
        now[lane] -= 1;
      }
    };
  const runners = Object.fromEntries(
    Object.entries(TASK_RUNNERS).map(([kind, run]) => [kind, watched(kind as TaskKind, run)]),
  ) as typeof TASK_RUNNERS;
  return {
    runners,
    begun,
    most,
    count: () => count,
    memory: () => memory,
    look() {
      memory = Math.max(memory, process.memoryUsage().heapUsed);
    },
  };
}

function catching(mails: OutgoingMail[]): MailSender {
  return {
    kind: 'outbox',
    async send(mail) {
      await delay(1);
      mails.push(mail);
      return { response: 'kept' };
    },
    verify: async () => undefined,
    abandon: () => undefined,
    close: async () => undefined,
    describe: () => 'a list of this test',
  };
}

function workflows(): string {
  const folder = join(temporaryFolder(), 'workflows');
  mkdirSync(folder);
  const own = fileURLToPath(new URL('./workflows/late-answer.json', import.meta.url));
  copyFileSync(own, join(folder, 'late-answer.json'));
  const partnership = fileURLToPath(new URL('../../workflows/partnership.json', import.meta.url));
  copyFileSync(partnership, join(folder, 'partnership.json'));
  return folder;
}
