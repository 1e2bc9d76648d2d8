/** The codes of the rules: stable, because people search for them. */
export const RULE_CODES = [
  'applies-unknown',
  'ask-before-document',
  'ask-without-document',
  'cel-not-valid',
  'cel-too-long',
  'cel-too-much',
  'cel-too-nested',
  'chases-too-long',
  'deadline-without-start',
  'does-nothing',
  'duplicate-id',
  'effect-after-end',
  'endless-always',
  'event-on-two-levels',
  'exactly-one',
  'field-not-stored',
  'field-without-title',
  'field-without-type',
  'final-without-outcome',
  'grave-without-confirm',
  'hidden-field',
  'list-without-default',
  'list-without-items',
  'list-without-limit',
  'missing-initial',
  'missing-keyword',
  'missing-label',
  'missing-states',
  'never-done',
  'never-told-apart',
  'no-end',
  'no-parties',
  'nobody-may-take',
  'not-a-list',
  'not-for-people',
  'not-json',
  'number-as-state-key',
  'object-without-limit',
  'out-of-bounds',
  'pattern-not-literal',
  'pattern-refused',
  'personal-in-gate',
  'personal-into-plain',
  'private-not-apart',
  'private-shown',
  'reminds-who-is-done',
  'required-not-given',
  'reserved-event',
  'reserved-name',
  'result-nobody-awaits',
  'result-of-nothing',
  'said-twice',
  'schema-too-large',
  'signal-from-nobody',
  'signal-to-nobody',
  'state-without-title',
  'text-without-limit',
  'too-deep',
  'too-large',
  'too-many-states',
  'too-many-transitions',
  'two-takers',
  'unknown-action',
  'unknown-column',
  'unknown-deadline',
  'unknown-document',
  'unknown-event',
  'unknown-field',
  'unknown-function',
  'unknown-guard',
  'unknown-keyword',
  'unknown-membership-role',
  'unknown-path',
  'unknown-role',
  'unknown-setting',
  'unknown-state-type',
  'unknown-target',
  'unknown-template',
  'unknown-value',
  'unknown-workflow',
  'unreachable-state',
  'word-on-wrong-state',
  'wrong-default',
  'wrong-duration',
  'wrong-form',
  'wrong-kind',
  'wrong-name',
  'wrong-type',
  'wrong-value',
] as const;

export type RuleCode = (typeof RULE_CODES)[number];

/** One thing that is wrong with a definition, where it is, and what to write instead. */
export interface Finding {
  /** RFC 6901 JSON pointer into the definition; "" is the whole of it. */
  readonly pointer: string;
  readonly rule: RuleCode;
  /** What is wrong, in plain English. */
  readonly message: string;
  /** What to write instead. */
  readonly mend: string;
}

export type Report = (pointer: string, rule: RuleCode, message: string, mend: string) => void;

/** A JSON pointer below `base`, each segment escaped. */
export function pointerTo(base: string, ...segments: readonly (string | number)[]): string {
  return segments.reduce<string>((path, segment) => {
    const escaped = String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
    return `${path}/${escaped}`;
  }, base);
}

/** Text from a definition inside a message: shortened, so that a stranger's file cannot flood a page. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `"${text.length > 80 ? `${text.slice(0, 79)}…` : text}"`;
}

/** "a, b, c and 12 more". */
export function listed(names: Iterable<string>, most = 12): string {
  const all = [...names];
  if (all.length === 0) return '(there are none)';
  const shown = all
    .slice(0, most)
    .map((name) => (name.length > 60 ? `${name.slice(0, 59)}…` : name));
  return all.length > most ? `${shown.join(', ')} and ${all.length - most} more` : shown.join(', ');
}

/** "Did you mean “x”? " when a known name differs by a slip of the keyboard. */
export function didYouMean(name: string, known: Iterable<string>): string {
  if (name.length > 64) return '';
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (candidate.length > 64) continue;
    if (candidate.endsWith(`/${name}`)) return `Did you mean "${candidate}"? `;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best === undefined ? '' : `Did you mean "${best}"? `;
}

/** Letters added, left out, mistaken, or two of them swapped. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
