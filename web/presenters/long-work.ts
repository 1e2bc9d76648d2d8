import type { LongWork } from '../../server/use-cases/long-work.ts';

/** What `partials/progress` shows. */
export interface ProgressView {
  readonly text: string;
  /** Whether anybody knows how much there is. */
  readonly known: boolean;
  readonly percent: number;
  /** This page, to look again. */
  readonly href: string;
}

/** How far long work has come, in words and as a bar. */
export function presentProgress({ step, done, total }: LongWork, href: string): ProgressView {
  const known = total !== null && total > 0;
  return {
    text: known ? `${step}: ${done} of ${total}` : `${step} …`,
    known,
    percent: known ? Math.floor((100 * done) / total) : 0,
    href,
  };
}

/** A size as people say it: "3.4 MB". */
export function formatSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
