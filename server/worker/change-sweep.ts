import { setTimeout as wait } from 'node:timers/promises';
import { canonicalJson } from '../canonical-json.ts';
import { packageVersion } from '../holiday-calendar.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import type { LongWork } from '../store/work-store.ts';
import { bringSettings } from '../runtime/bring-settings.ts';

type Parts = Pick<Services, 'store' | 'workflows' | 'runtime' | 'clock' | 'log'>;

export interface ChangeSweepOptions {
  readonly firstAfterMs?: number;
  readonly everyMs?: number;
  /** Rows looked at before it is noted how far it is. */
  readonly rowsAtOnce?: number;
  /** Others get their turn for so long after each of these. */
  readonly pauseMs?: number;
}

const KEPT_YEARS = 10;
/** Another process that has not been heard of for so long has stopped. */
const SILENT_MS = 60_000;

/**
 * Brings changed public holidays (a new version of their package) and settings that a broken-off
 * change did not reach to every running instance, each as a commit of its own, without waiting for its
 * next step. Looks at start and now and then whether there is a change, and goes through the instances
 * once for each; it goes on where it was broken off, and any number of processes may begin it.
 */
export function startChangeSweep(
  parts: Parts,
  options: ChangeSweepOptions = {},
): { stop(): Promise<void> } {
  const { firstAfterMs = 5_000, everyMs = 10 * 60_000 } = options;
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    await wait(firstAfterMs, undefined, { signal: stopping.signal, ref: false });
    while (!stopping.signal.aborted) {
      try {
        await sweepChanges(parts, options, stopping.signal);
      } catch (error) {
        parts.log.warn({ error }, 'changed holidays and settings: tried again later');
      }
      await wait(everyMs, undefined, { signal: stopping.signal, ref: false });
    }
  };
  const running = run().catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** One look, and the whole way if something has changed. Answers how many instances it changed. */
export async function sweepChanges(
  { store, workflows, runtime, clock, log }: Parts,
  { rowsAtOnce = 50, pauseMs = 50 }: ChangeSweepOptions = {},
  signal?: AbortSignal,
): Promise<number> {
  const installation = await store.installation.get();
  if (!installation) return 0;
  const { workflowSettings } = installation;
  const id = `sweep-${sha256(canonicalJson([packageVersion(), workflowSettings])).slice(0, 32)}`;
  const known = await store.work.get(id);
  if (known?.state === 'done' || isUnderWay(known, clock.now())) return 0;
  let changed = 0;
  let work = known ?? begun(id, clock.now());
  let after = work.result?.kind === 'sweep' ? work.result.after : null;
  for (;;) {
    if (signal?.aborted) return changed;
    const ids = await store.commits.instances({
      limit: rowsAtOnce,
      ...(after === null ? {} : { after }),
    });
    for (const instance of ids) {
      try {
        if (await bringTo(await store.instances.get(instance))) changed += 1;
      } catch (error) {
        // Holidays it takes with its own next step; nobody else waits for it.
        log.warn({ error, instance }, 'changed holidays or settings: not taken');
      }
    }
    after = ids.length < rowsAtOnce ? null : (ids.at(-1) ?? null);
    work = {
      ...work,
      state: after === null ? 'done' : 'running',
      done: work.done + ids.length,
      updatedAt: clock.now(),
      result: { kind: 'sweep', after },
    };
    await store.work.put(work);
    if (after === null) return changed;
    await wait(pauseMs);
  }

  async function bringTo(row: InstanceRow | undefined): Promise<boolean> {
    if (row?.status !== 'active') return false;
    const settings = workflowSettings[row.workflow] as JsonObject | undefined;
    const moved = row.nextDueAt !== null && (await runtime.takeCalendar(row.id));
    const set =
      settings !== undefined &&
      (await bringSettings({ store, workflows, runtime }, null, row.id, settings));
    return moved || set;
  }
}

function isUnderWay(work: LongWork | undefined, now: string): boolean {
  return work !== undefined && Date.parse(now) - Date.parse(work.updatedAt) < SILENT_MS;
}

function begun(id: string, now: string): LongWork {
  const expires = new Date(now);
  expires.setUTCFullYear(expires.getUTCFullYear() + KEPT_YEARS);
  return {
    id,
    kind: 'sweep',
    partnership: null,
    startedBy: '',
    startedAt: now,
    updatedAt: now,
    expiresAt: expires.toISOString(),
    state: 'running',
    step: 'Bringing changed public holidays and settings to what is running',
    done: 0,
    total: null,
    problem: null,
    result: null,
  };
}
