import type { LongWork } from '../../server/use-cases/long-work.ts';
import type { ReadersClock } from './due-cell.ts';
import { formatInstant } from './format-date.ts';
import { presentProgress, type ProgressView } from './long-work.ts';

interface BackupView {
  readonly when: string;
  readonly who: string;
  readonly folder: string;
  readonly state: string;
  readonly colour: string;
  readonly said: string;
  readonly findings: readonly string[];
}

export interface BackupsPageView {
  readonly folder: string;
  readonly progress: ProgressView | null;
  readonly backups: readonly BackupView[];
  /** The newest folder that was checked, to stand in the commands that bring it back. */
  readonly example: string;
}

/** Backups that were asked for here, with how each ended. */
export function presentBackups(
  works: readonly LongWork[],
  given: {
    readonly folder: string;
    readonly names: ReadonlyMap<string, string>;
    readonly clock: ReadersClock;
  },
): BackupsPageView {
  const { names, clock, folder } = given;
  const running = works.find(({ state }) => state === 'waiting' || state === 'running');
  const backups = works
    .filter((work) => work !== running)
    .map((work) => ({
      when: formatInstant(work.startedAt, clock.timeZone),
      who: names.get(work.startedBy) ?? '',
      ...outcome(work),
    }));
  return {
    folder,
    progress: running ? presentProgress(running, '/settings/backups') : null,
    backups,
    example: backups.find(({ colour }) => colour === 'green')?.folder ?? `${folder}/…`,
  };
}

function outcome({ result, problem }: LongWork): Omit<BackupView, 'when' | 'who'> {
  if (result?.kind !== 'backup') {
    return {
      folder: '',
      state: 'Not finished',
      colour: 'red',
      said: problem ?? '',
      findings: [],
    };
  }
  const { folder, histories, findings } = result;
  const count = histories === 1 ? '1 history' : `${histories} histories`;
  return findings.length === 0
    ? {
        folder,
        state: 'Checked',
        colour: 'green',
        said: `The copy holds ${count}. Each was re-checked in it, entry by entry, with its documents: nothing has changed.`,
        findings,
      }
    : {
        folder,
        state: 'Something is wrong',
        colour: 'red',
        said: `The copy holds ${count}. What was found in it stands in the records themselves too. Keep the backups made before, and let somebody who knows the server look at it:`,
        findings,
      };
}
