import type { LongWork } from '../../server/use-cases/long-work.ts';
import type { ReadersClock } from './due-cell.ts';
import { formatInstant } from './format-date.ts';
import { formatSize, presentProgress, type ProgressView } from './long-work.ts';

interface ExportView {
  readonly name: string;
  /** Empty for one that was not finished. */
  readonly href: string;
  readonly facts: readonly string[];
  readonly problem: string;
}

export interface ExportsPageView {
  readonly title: string;
  readonly action: string;
  readonly progress: ProgressView | null;
  readonly files: readonly ExportView[];
}

/** The files of a partnership that somebody has had made. */
export function presentExports(
  works: readonly LongWork[],
  given: {
    readonly partnership: { readonly id: string; readonly title: string };
    readonly clock: ReadersClock;
  },
): ExportsPageView {
  const { partnership, clock } = given;
  const action = `/partnerships/${partnership.id}/export`;
  const running = works.find(({ state }) => state === 'waiting' || state === 'running');
  return {
    title: partnership.title,
    action,
    progress: running ? presentProgress(running, action) : null,
    files: works
      .filter((work) => work !== running)
      .map((work) => fileView(work, action, clock.timeZone)),
  };
}

function fileView(
  { id, result, startedAt, expiresAt, problem }: LongWork,
  action: string,
  timeZone: string,
): ExportView {
  const made = `Asked for ${formatInstant(startedAt, timeZone)}`;
  if (result?.kind !== 'export') {
    return { name: 'Not finished', href: '', facts: [made], problem: problem ?? '' };
  }
  const { records, leftOut, size, name } = result;
  const held = records === 1 ? '1 record' : `${records} records`;
  return {
    name,
    href: `${action}/${id}`,
    facts: [
      `${held}, ${formatSize(size)}`,
      'All that you may see',
      ...(leftOut === 0
        ? []
        : [
            `${leftOut === 1 ? '1 document' : `${leftOut} documents`} of these records stayed out; README.txt in it says why`,
          ]),
      made,
      `Kept here until ${formatInstant(expiresAt, timeZone)}`,
    ],
    problem: '',
  };
}
