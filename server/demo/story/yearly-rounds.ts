import type { DemoWorld } from '../demo-world.ts';
import { STORY_MONTHS } from '../demo-dates.ts';

/** Feedback and figures once a year, some days before each is due, as long as the story lasts. */
export function planYearlyRounds(
  world: DemoWorld,
  given: {
    readonly course: string;
    readonly who: string;
    readonly firstMonth: number;
    readonly staff: readonly string[];
    readonly clients: readonly string[];
    readonly results: readonly string[];
  },
): void {
  const { course, who, firstMonth } = given;
  const said = (lines: readonly string[], year: number): string =>
    lines[Math.min(year, lines.length - 1)] ?? '';
  for (let year = 0; firstMonth + 12 * year < STORY_MONTHS; year += 1) {
    const month = firstMonth + 12 * year;
    const period = `Year ${year + 1} of delivery`;
    world.onDay(month, -12, () =>
      world.act(who, course, 'RECORD_FEEDBACK', {
        feedbackPeriod: period,
        staffFeedback: said(given.staff, year),
        clientFeedback: said(given.clients, year),
        nextFeedbackOn: world.dates.date(month + 12),
      }),
    );
    world.onDay(month, -5, () =>
      world.act(who, course, 'RECORD_MONITORING', {
        monitoringPeriod: period,
        monitoringResults: said(given.results, year),
        lessons: 'What is agreed in a meeting is written down the same day.',
        nextMonitoringOn: world.dates.date(month + 12),
      }),
    );
  }
}
