import { inWords } from '../in-words.ts';
import { Temporal } from 'temporal-polyfill';
import type { DeadlineSpec, Distance, WorkflowDefinition } from '../definition.ts';

/** When a deadline is due, in words: "10 working days after this begins". */
export function dueInWords(spec: DeadlineSpec, definition: WorkflowDefinition): string {
  const from =
    spec.from === 'entry' ? 'this begins' : `the date “${fieldTitle(spec.from, definition)}”`;
  if (spec.after !== undefined) return `${distanceInWords(spec.after, definition)} after ${from}`;
  if (spec.before !== undefined)
    return `${distanceInWords(spec.before, definition)} before ${from}`;
  return `on ${from}`;
}

/** "12 weeks", "2 working days", or the setting or field that says it. */
export function distanceInWords(distance: Distance, definition: WorkflowDefinition): string {
  if (typeof distance === 'string') {
    return distance.startsWith('P')
      ? durationInWords(distance)
      : valueInWords(distance, definition, (value) =>
          typeof value === 'string' ? durationInWords(value) : String(value),
        );
  }
  const { workingDays } = distance;
  const days = (value: unknown): string => counted(Number(value), 'working day');
  return typeof workingDays === 'number'
    ? days(workingDays)
    : valueInWords(workingDays, definition, days);
}

/** An ISO 8601 duration in words; as it stands when it is none. */
export function durationInWords(text: string): string {
  let duration: Temporal.Duration;
  try {
    duration = Temporal.Duration.from(text);
  } catch {
    return text;
  }
  const { years, months, weeks, days, hours, minutes } = duration;
  const units = {
    year: years,
    month: months,
    week: weeks,
    day: days,
    hour: hours,
    minute: minutes,
  };
  const parts = Object.entries(units).flatMap(([unit, count]) =>
    count === 0 ? [] : [counted(count, unit)],
  );
  return inWords(parts, 'and') || 'no time';
}

/** The title of the data field or setting that a path names. */
export function fieldTitle(path: string, definition: WorkflowDefinition): string {
  const [root, name = ''] = path.split('.');
  const title =
    root === 'settings'
      ? definition.settings?.[name]?.title
      : definition.data.properties?.[name]?.title;
  return title ?? words(name || path);
}

/** An internal name as words, for lack of a better: "question-asked" is "question asked". */
export function words(name: string): string {
  return name
    .replaceAll(/[-_./]+/gu, ' ')
    .replaceAll(/([a-z])([A-Z])/gu, '$1 $2')
    .toLowerCase();
}

/** A setting shows what holds unless somebody changes it. */
function valueInWords(
  path: string,
  definition: WorkflowDefinition,
  show: (value: unknown) => string,
): string {
  const title = fieldTitle(path, definition);
  const setting = path.startsWith('settings.')
    ? definition.settings?.[path.slice('settings.'.length)]
    : undefined;
  return setting ? `${show(setting.default)} (setting “${title}”)` : `as long as “${title}” says`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
