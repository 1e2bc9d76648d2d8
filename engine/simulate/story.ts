import { Temporal } from 'temporal-polyfill';
import type { CompiledWorkflow } from '../compile.ts';
import { lastDayOf } from '../deadline.ts';
import { isConcordatError } from '../errors.ts';
import type { Happening } from './happening.ts';

/** What the story of a run needs to name things as people do. */
export interface StoryNames {
  readonly workflow: CompiledWorkflow;
  readonly timeZone: string;
  /** Names of organisations and workflows by id. */
  readonly names: Readonly<Record<string, string>>;
}

/** What happened, in sentences, each with its time where the instance is. */
export function storyLines(happenings: readonly Happening[], about: StoryNames): readonly string[] {
  return happenings.map(
    (one) => `${momentInWords(one.at, about.timeZone)}  ${sentence(one, about)}`,
  );
}

/** "1 March 2027, 10:00" in the time zone given. */
export function momentInWords(at: string, timeZone: string): string {
  const { hour, minute, ...rest } = parts(Temporal.Instant.from(at).toZonedDateTimeISO(timeZone));
  return `${dayInWords(rest.date)}, ${two(hour)}:${two(minute)}`;
}

/** What a refusal says to the person. */
export function refusalOf(error: unknown): string {
  if (isConcordatError(error)) return error.userMessage;
  return error instanceof Error ? error.message : String(error);
}

function sentence(one: Happening, about: StoryNames): string {
  const { workflow, names } = about;
  switch (one.kind) {
    case 'story': {
      const text = one.text.replaceAll(/\{(\w+)\}/gu, (_, name: string) => {
        const given =
          name === 'party' ? one.event.party : (one.event[name] ?? actorField(one, name));
        return nameOf(given, names) || '…';
      });
      const by = one.by
        ? ` (${[one.by.person, nameOf(one.by.organisation, names)].filter(Boolean).join(', ')})`
        : '';
      return `${text}${by}`;
    }
    case 'mail':
      return `  ${MAIL_WORDS[one.why]} “${one.template}” to ${rolesInWords(workflow, one.to)}${one.of === null ? '' : ` of ${nameOf(one.of, names)}`}`;
    case 'place':
      return `  Now: ${one.title}`;
    case 'document':
      return `  Document: ${one.title}`;
    case 'start':
      return `  Starts: ${names[one.workflow] ?? one.workflow}`;
    case 'signal':
      return `  Tells ${names[one.to] ?? one.to}: ${one.event}`;
    default: {
      const title = workflow.definition.deadlines?.[one.deadline]?.title ?? one.deadline;
      if (one.dueAt === null) return `  ${title}: no date yet`;
      const day = dayInWords(Temporal.PlainDate.from(lastDayOf(one.dueAt, about.timeZone)));
      return `  ${title}: ${one.moved ? 'moved to ' : ''}${day}`;
    }
  }
}

const MAIL_WORDS = {
  notify: 'Mail',
  ask: 'Link by mail',
  calendar: 'Calendar entry',
  reminder: 'Reminder',
  chase: 'Chase',
  handover: 'Handed over',
} as const;

function actorField(one: Extract<Happening, { kind: 'story' }>, name: string): string | null {
  const { by } = one;
  if (!by) return null;
  if (name === 'person') return by.person;
  return name === 'organisation' ? by.organisation : name === 'role' ? by.role : null;
}

function rolesInWords({ definition }: CompiledWorkflow, roles: readonly string[]): string {
  return roles.map((role) => definition.roles[role]?.title ?? role).join(', ');
}

function nameOf(value: unknown, names: Readonly<Record<string, string>>): string {
  if (typeof value !== 'string') return typeof value === 'number' ? String(value) : '';
  return Object.hasOwn(names, value) ? (names[value] ?? value) : value;
}

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

function dayInWords(date: Temporal.PlainDate): string {
  return `${date.day} ${MONTHS[date.month - 1]} ${date.year}`;
}

function parts(at: Temporal.ZonedDateTime) {
  return { date: at.toPlainDate(), hour: at.hour, minute: at.minute };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
