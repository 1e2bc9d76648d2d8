import { expect, test, vi } from 'vitest';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { startChangeSweep, sweepChanges } from '../../../server/worker/change-sweep.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { withOlderCalendar } from './older-calendar.ts';
import { scene, type Scene } from './scene.ts';

// The story begins on 2 March 2026.

/** Answers asked for in each of five years, due by the calendar of a version that knew other holidays. */
async function overYears(story: Scene, count: number): Promise<readonly string[]> {
  const { services, place, manager } = story;
  const instances: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const year = 2026 + Math.floor((n * 5) / count);
    if (n > 0 && n % Math.ceil(count / 5) === 0) story.goTo(`${year}-03-02`);
    const request = { workflow: 'working-days', partnership: place.id, form: {} };
    const asker = { kind: 'person', person: manager } as const;
    const { instance } = await startWorkflow(services, asker, request);
    await withOlderCalendar(story, instance, `${year}-04-07T23:00:00.000Z`);
    instances.push(instance);
  }
  return instances;
}

async function movesIn(story: Scene, instance: string) {
  const history = await story.history(instance);
  return history.filter(({ event }) => event.type === 'concordat.calendar');
}

test('changed holidays reach every running instance by themselves, once, and those concerned are told', async () => {
  const story = await scene();
  const { services, server } = story;
  const instances = await overYears(story, 10);
  const [ended = '', ...running] = instances;
  await story.send(ended, 'ANSWER');
  const before = (await readOutbox(server.outbox)).length;
  expect(await sweepChanges(services, { rowsAtOnce: 3, pauseMs: 0 })).toBe(running.length);
  for (const instance of running) {
    const [moved, ...more] = await movesIn(story, instance);
    expect(more).toEqual([]);
    expect(moved?.cause).toEqual({ kind: 'system' });
    const { dueAt } = moved?.timers[0] ?? {};
    expect(dueAt).toMatch(/-04-1[0-9]T23:00/u);
    const due = await services.store.tasks.list({ state: 'due', instance, limit: 9 });
    expect(due.map(({ kind, dueAt: at }) => [kind, at])).toContainEqual(['deadline', dueAt]);
  }
  expect((await story.history(ended)).at(-1)?.snapshot.status).toBe('done');
  await server.worker.drain();
  const mails = (await readOutbox(server.outbox)).slice(before);
  const told = mails.filter(({ subject }) => subject?.startsWith('New dates'));
  // Those that lie years back have passed, by the old calendar and by the new one.
  const ahead = running.slice(-2);
  expect(told).toHaveLength(ahead.length);
  expect(told[0]?.text).toContain('The public holidays are others than were known before.');
  expect(told[0]?.text).toMatch(/The answer is due[^]*2030/u);
  expect(await sweepChanges(services)).toBe(0);
});

test('a sweep that was broken off goes on where it was, and one that is done costs no reading', async () => {
  const story = await scene();
  const { services } = story;
  const instances = await overYears(story, 10);
  const stopping = new AbortController();
  const taking = vi.spyOn(services.runtime, 'takeCalendar').mockImplementation(async () => {
    if (taking.mock.calls.length === 4) stopping.abort();
    return false;
  });
  await sweepChanges(services, { rowsAtOnce: 3, pauseMs: 0 }, stopping.signal);
  const first = taking.mock.calls.map(([id]) => id);
  // While it may still be under way elsewhere, nobody else begins it.
  taking.mockClear();
  expect(await sweepChanges(services, { rowsAtOnce: 3, pauseMs: 0 })).toBe(0);
  expect(taking).not.toHaveBeenCalled();
  story.later(120);
  await sweepChanges(services, { rowsAtOnce: 3, pauseMs: 0 });
  const second = taking.mock.calls.map(([id]) => id);
  expect(first.filter((id) => second.includes(id))).toEqual([]);
  expect([...first, ...second].filter((id) => instances.includes(id)).sort()).toEqual(
    [...instances].sort(),
  );
  taking.mockRestore();
  const reads = vi.spyOn(services.store.commits, 'head');
  await sweepChanges(services);
  expect(reads).not.toHaveBeenCalled();
});

test('settings that a broken-off change did not reach arrive at the next look', async () => {
  const story = await scene();
  const { services, place, manager } = story;
  const asker = { kind: 'person', person: manager } as const;
  const form = { subject: 'Beds', answerBy: '2026-04-30', days: 5 };
  const request = { workflow: 'notice', partnership: place.id, form };
  const { instance } = await startWorkflow(services, asker, request);
  const installation = await services.store.installation.get();
  if (!installation) throw new Error('it is not set up');
  await services.store.installation.put({
    ...installation,
    workflowSettings: { notice: { notice: 'P1M' } },
  });
  const sweep = startChangeSweep(services, { firstAfterMs: 1, everyMs: 5, pauseMs: 0 });
  await expect
    .poll(async () => (await story.history(instance)).at(-1)?.event.type)
    .toBe('concordat.settings');
  await sweep.stop();
  const changed = (await story.history(instance)).at(-1);
  expect(changed?.settings).toMatchObject({ notice: 'P1M' });
  expect(changed?.by).toBeNull();
});
