import { Temporal } from 'temporal-polyfill';
import type { ChaseSpec, Distance } from '../../definition.ts';
import type { JsonSchema } from '../../json-schema.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';
import { type ScopeSchema, scopeSchema } from '../scope-schema.ts';
import { schemaAt } from '../schema-path.ts';

/** Deadlines begin somewhere, count from a date, and lie a known distance from it. */
export function checkDeadlines(context: LintContext, report: Report): void {
  const { definition, tree } = context;
  const deadlines = definition.deadlines ?? {};
  const scope = scopeSchema(context, { type: 'object', properties: {} });
  const running = new Set<string>();
  for (const { kind, name, pointer } of tree.transitions) {
    if (kind !== 'after') continue;
    running.add(name);
    if (Object.hasOwn(deadlines, name)) continue;
    const known = Object.keys(deadlines);
    report(
      pointer,
      'unknown-deadline',
      `There is no deadline ${quoted(name)}.`,
      `${didYouMean(name, known)}Declare it under "deadlines", or write one of: ${listed(known)}.`,
    );
  }
  for (const [name, spec] of Object.entries(deadlines)) {
    const pointer = pointerTo('/deadlines', name);
    if (!running.has(name)) {
      report(
        pointer,
        'deadline-without-start',
        `The deadline ${quoted(spec.title)} never begins: no state has it under "after".`,
        `Add "after": { "${name}": {} } to the state it runs in, or take the deadline out.`,
      );
    }
    if (spec.from !== 'entry') checkDate(spec.from, `${pointer}/from`, scope, report);
    if (spec.after !== undefined) checkDistance(spec.after, `${pointer}/after`, scope, report);
    if (spec.before !== undefined) {
      checkDistance(spec.before, `${pointer}/before`, scope, report);
      if (spec.from === 'entry') {
        report(
          `${pointer}/before`,
          'deadline-without-start',
          'A deadline cannot lie before the state is entered.',
          'Write "after", or count "from" a date in the data.',
        );
      }
    }
    for (const [index, { before }] of (spec.reminders ?? []).entries()) {
      checkDistance(before, `${pointer}/reminders/${index}/before`, scope, report);
    }
    if (spec.chases) checkChases(spec.chases, `${pointer}/chases`, report);
  }
}

function checkDate(path: string, pointer: string, scope: ScopeSchema, report: Report): void {
  const found = schemaAt(scope, path.split('.'));
  if (!found.found) {
    report(
      pointer,
      'deadline-without-start',
      `The deadline counts from ${quoted(path)}, which the data do not have.`,
      `${didYouMean(found.name, found.known)}Write "entry", or a path to a date: ${listed(datesIn(scope.properties['data']))}.`,
    );
  } else if (!isDate(found.schema)) {
    report(
      pointer,
      'deadline-without-start',
      `The deadline counts from ${quoted(path)}, which is no date.`,
      `Give that field "format": "date", or count from one of: ${listed(datesIn(scope.properties['data']))}.`,
    );
  }
}

function checkDistance(
  distance: Distance,
  pointer: string,
  scope: ScopeSchema,
  report: Report,
): void {
  if (typeof distance === 'object') {
    const { workingDays } = distance;
    if (typeof workingDays === 'string') {
      checkKind(workingDays, ['integer', 'number'], `${pointer}/workingDays`, scope, report);
    }
  } else if (distance.startsWith('P')) {
    checkDuration(distance, pointer, false, report);
  } else {
    checkKind(distance, ['string'], pointer, scope, report);
  }
}

function checkKind(
  path: string,
  kinds: readonly string[],
  pointer: string,
  scope: ScopeSchema,
  report: Report,
): void {
  const found = schemaAt(scope, path.split('.'));
  if (!found.found) {
    const rule = path.startsWith('settings.') ? 'unknown-setting' : 'unknown-path';
    report(
      pointer,
      rule,
      `There is no ${quoted(path)}.`,
      `${didYouMean(found.name, found.known)}What is there: ${listed(found.known)}.`,
    );
  } else if (typeof found.schema.type === 'string' && !kinds.includes(found.schema.type)) {
    const what =
      kinds[0] === 'string' ? 'a length of time as text, such as "P12W"' : 'a whole number';
    report(
      pointer,
      'wrong-kind',
      `${quoted(path)} has to be ${what}.`,
      'Point to another field or setting, or change its "type".',
    );
  }
}

/** Nobody bears to be chased for longer; whoever looks after the partnership takes it up then. */
const LONGEST_CHASE_DAYS = 92;

function checkChases({ every, max }: ChaseSpec, pointer: string, report: Report): void {
  const days = checkDuration(every, `${pointer}/every`, true, report);
  if (days === null || days * max <= LONGEST_CHASE_DAYS) return;
  report(
    `${pointer}/max`,
    'chases-too-long',
    `People would be chased for ${Math.round(days * max)} days.`,
    `Chase for at most ${LONGEST_CHASE_DAYS} days: then it is handed over to the coordinator.`,
  );
}

/** As the clock reads it: whole, not negative, and at most a century. In days; null when it is wrong. */
function checkDuration(
  text: string,
  pointer: string,
  repeats: boolean,
  report: Report,
): number | null {
  let days: number;
  try {
    const duration = Temporal.Duration.from(text);
    days = duration.total({ unit: 'days', relativeTo: '2000-01-01' });
  } catch {
    report(
      pointer,
      'wrong-duration',
      `${quoted(text)} is not a length of time.`,
      'Write it as ISO 8601: "P10D", "P12W", "P3M", "P1Y" or "PT4H".',
    );
    return null;
  }
  if (days > 36_600) {
    report(
      pointer,
      'wrong-duration',
      `${quoted(text)} is longer than a century.`,
      'Write a shorter time.',
    );
  } else if (repeats && days < 1) {
    report(
      pointer,
      'wrong-duration',
      `${quoted(text)} is too often: people would get more than one mail a day.`,
      'Write "P1D" or longer.',
    );
  }
  return days;
}

function isDate(schema: JsonSchema): boolean {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['string']);
  return types.includes('string') && (schema.format === 'date' || schema.format === 'date-time');
}

function datesIn(data: JsonSchema | undefined): readonly string[] {
  return Object.entries(data?.properties ?? {}).flatMap(([name, field]) =>
    isDate(field) ? [`data.${name}`] : [],
  );
}
