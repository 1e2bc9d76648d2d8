import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock, virtualClock } from '../../server/clock.ts';
import { smtpSender } from '../../server/mail/smtp-sender.ts';
import type { Services } from '../../server/services.ts';
import { createWorker } from '../../server/worker/worker.ts';
import { approveOnce } from './approve.ts';
import type { Bench } from './bench.ts';
import { startBenchProcess } from './bench-process.ts';
import { ACTOR, inFolder, ORIGIN, percentile, withPeople, withServices } from './bench-server.ts';

const STEP_MS = 50;

/** A morning on which ten thousand reminders are due at once, to a local SMTP server. */
export const remindersBench: Bench = {
  name: 'reminders',
  title: 'Reminders that fall due at once, while approvals go on',
  run: ({ short }) =>
    inFolder(async (folder) => {
      const many = short ? 500 : 10_000;
      const sink = await startSink();
      const smtp = { kind: 'smtp', host: '127.0.0.1', port: sink.port, secure: false } as const;
      const mail = smtpSender({ ...smtp, login: null, startTls: 'off' });
      const floor = await rawMails(mail, short ? 500 : 3_000);
      await sink.counts('clear');
      // Yesterday's clock: what begins now has its reminder in eight working days.
      const clock = virtualClock(systemClock().now());
      const own = { mail, clock };
      const work = (services: Services) => morning(services, clock, many, sink);
      const done = await withServices(`${folder}/store`, work, { own });
      sink.end();
      const rate = (many * 1_000) / done.milliseconds;
      const once = done.mails === many && done.most === 1;
      return [
        {
          what: `${many} reminders`,
          measured: `${done.mails} came, none more than ${done.most} times; ${rate.toFixed(0)} a second`,
          floor: `${floor.toFixed(0)} mails a second from the sender alone`,
          ratio: (rate / floor).toFixed(2),
          wanted: 'each exactly once',
          met: once,
        },
        {
          what: 'a step of an approval meanwhile, 99th percentile',
          measured: `${done.stepP99.toFixed(0)} ms (${done.steps} steps)`,
          floor: '',
          ratio: '',
          wanted: `approvals go on (under ${STEP_MS} ms)`,
          met: done.steps > 0 && done.stepP99 < STEP_MS,
        },
      ];
    }),
};

async function morning(
  services: Services,
  clock: ReturnType<typeof virtualClock>,
  many: number,
  sink: Sink,
) {
  const { partnership } = await withPeople(services);
  const cause = { kind: 'person' } as const;
  for (let n = 0; n < many; n += 500) {
    await Promise.all(
      Array.from({ length: Math.min(500, many - n) }, (_, more) =>
        services.runtime.start({
          workflow: 'five-step-approval',
          origin: { ...ORIGIN, partnership },
          form: { subject: `Van ${n + more}` },
          settings: {},
          by: ACTOR,
          cause,
        }),
      ),
    );
  }
  // The invitation of the manager is no reminder.
  await createWorker(services).drain();
  await sink.counts('clear');
  const [instance = ''] = await services.store.instances
    .list({ workflow: 'five-step-approval', limit: 1 })
    .then(({ rows }) => rows.map(({ id }) => id));
  const tasks = await services.store.tasks.list({ state: 'due', instance, limit: 9 });
  const due = tasks.find(({ kind }) => kind === 'reminder')?.dueAt ?? '';
  clock.advanceTo(due);
  const worker = createWorker(services);
  const steps: number[] = [];
  const began = performance.now();
  worker.start();
  for (;;) {
    const before = performance.now();
    await approveOnce(services);
    steps.push((performance.now() - before) / 6);
    const { mails } = await sink.counts();
    if (mails >= many) break;
    await delay(50);
  }
  const milliseconds = performance.now() - began;
  // Whatever would come twice comes now.
  await delay(1_000);
  await worker.stop();
  return {
    ...(await sink.counts()),
    milliseconds,
    steps: steps.length * 6,
    stepP99: percentile(steps, 0.99),
  };
}

/** As many mails of that size as the sender alone gets rid of in a second. */
async function rawMails(mail: Services['mail'], many: number): Promise<number> {
  const text = 'This is due soon. '.repeat(60);
  const from = { name: 'Concordat', address: 'concordat@northshire.example' };
  const to = { name: 'Mary Manager', address: 'mary@northshire.example' };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: many }, (_, n) =>
      mail.send({
        messageId: `<raw-${n}@northshire.example>`,
        date: new Date().toISOString(),
        from,
        to,
        subject: 'Due soon',
        text,
        html: `<p>${text}</p>`,
      }),
    ),
  );
  return (many * 1_000) / (performance.now() - began);
}

interface Sink {
  readonly port: number;
  counts(ask?: 'clear'): Promise<{ readonly mails: number; readonly most: number }>;
  end(): void;
}

async function startSink(): Promise<Sink> {
  const child = startBenchProcess('smtp-sink');
  const line = async (): Promise<string> => {
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    return chunk.toString();
  };
  const port = Number(await line());
  return {
    port,
    async counts(ask) {
      child.stdin.write(`${ask ?? 'count'}\n`);
      return JSON.parse(await line()) as { mails: number; most: number };
    },
    end: () => void child.kill(),
  };
}
