import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import { openBackup } from '../store/open-store.ts';
import type { TellProgress } from '../store/store.ts';
import type { BackupResult, LongWork } from '../store/work-store.ts';
import { asItIs, isUnderWay, newLongWork } from './long-work.ts';
import { requireAdministrator } from './require-overseer.ts';
import { verifyStore } from './verify-store.ts';

/** What was done is remembered this long; the folders stay until somebody removes them. */
const REMEMBERED_MS = 366 * 86_400_000;
const MOST_SHOWN = 20;

/**
 * Begins a backup while the server runs, and then checks every hash in the copy. One that is under
 * way already is answered instead of a second. Throws `not-allowed` for all but administrators.
 */
export async function startBackup(services: Services, asker: Asker): Promise<LongWork> {
  requireAdministrator(asker);
  const { clock, config, store, longWork } = services;
  const before = (await listBackups(services, asker)).find(isUnderWay);
  if (before) return before;
  await store.work.sweep(clock.now());
  const work = newLongWork(services, asker, {
    kind: 'backup',
    partnership: null,
    keptForMs: REMEMBERED_MS,
  });
  // with something of its own, so that no two ever share a folder
  const when = work.startedAt.slice(0, 19).replaceAll(':', '-');
  const folder = resolve(config.backups, `${when}Z-${work.id.slice(0, 6)}`);
  return longWork.begin(work, (tell) => backUp(services, folder, tell));
}

async function backUp(
  { store }: Services,
  folder: string,
  tell: TellProgress,
): Promise<BackupResult> {
  try {
    await store.backup(folder, tell);
  } catch (error) {
    // half a backup would be taken for one
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  const copy = await openBackup(folder);
  try {
    const total = await copy.instances.count({});
    const checked = (done: number): void | Promise<void> =>
      tell('Checking every record in the copy', done, total);
    const { instances, findings } = await verifyStore(copy, checked);
    return {
      kind: 'backup',
      folder,
      histories: instances.length,
      findings: findings.map(({ instance, seq, what }) => {
        if (instance === null) return `In the store ${what}`;
        return seq === null
          ? `Record ${instance} ${what}`
          : `Record ${instance}, entry ${seq}, ${what}`;
      }),
    };
  } finally {
    await copy.close();
  }
}

/** The newest first. Throws `not-allowed` for all but administrators. */
export async function listBackups(
  { store, clock }: Services,
  asker: Asker,
): Promise<readonly LongWork[]> {
  requireAdministrator(asker);
  const now = clock.now();
  const made = await store.work.list({ kind: 'backup', limit: MOST_SHOWN });
  return made.map((work) => asItIs(work, now));
}
