import type { SchemaProblem } from '../../../engine/validate.ts';
import type { FieldSpec } from '../../../web/presenters/form/field-spec.ts';
import { midSentence } from '../../../engine/mid-sentence.ts';
import { formatMoney } from '../../../web/presenters/format-money.ts';

/** What is said when nothing was given where something must be. */
export function missingMessage(spec: FieldSpec, item?: string): string {
  const { label } = spec;
  const question = label.endsWith('?');
  const name = midSentence(label);
  switch (spec.kind) {
    case 'date':
      return question ? `Answer the question: ${label}` : `Enter a date: ${label}`;
    case 'yes-no':
      return question ? `Select yes or no: ${label}` : `Select yes if ${name}`;
    case 'confirm':
      return `Tick the box to confirm: ${label}`;
    case 'choice':
    case 'choices':
      return question ? `Select an answer: ${label}` : `Select ${name}`;
    case 'document':
      return question ? `Upload a file: ${label}` : `Upload ${name}`;
    case 'list':
      if ((spec.schema.minItems ?? 0) > 1) return `${label}: give at least ${spec.schema.minItems}`;
      return item === undefined ? `Add to ${name}` : `Add at least one ${midSentence(item)}`;
    default:
      return question ? `Answer the question: ${label}` : `Enter ${name}`;
  }
}

/** What is said when a field does not hold what its schema asks; never the validator's own words. */
export function problemMessage(
  spec: FieldSpec,
  problem: SchemaProblem,
  words: { readonly currency: string; readonly item?: string | undefined },
): string {
  const { label } = spec;
  const limit = Number(problem.params['limit']);
  const sum = (value: number): string =>
    spec.kind === 'money'
      ? formatMoney(value, words.currency).replace(/\.00$/, '')
      : value.toLocaleString('en-GB');
  switch (problem.keyword) {
    case 'required':
    case 'const':
      return missingMessage(spec, words.item);
    case 'minLength':
      return limit <= 1
        ? missingMessage(spec, words.item)
        : `${label} must be at least ${limit} characters`;
    case 'maxLength':
      return `${label} must be ${limit.toLocaleString('en-GB')} characters or fewer`;
    case 'minimum':
      return `${label} must be ${sum(limit)} or more`;
    case 'maximum':
      return `${label} must be ${sum(limit)} or less`;
    case 'exclusiveMinimum':
      return `${label} must be more than ${sum(limit)}`;
    case 'exclusiveMaximum':
      return `${label} must be less than ${sum(limit)}`;
    case 'multipleOf':
      return `${label} must be a multiple of ${sum(Number(problem.params['multipleOf']))}`;
    case 'minItems':
      return spec.kind === 'choices'
        ? `${label}: select at least ${limit}`
        : limit === 1
          ? missingMessage(spec, words.item)
          : `${label}: give at least ${limit}`;
    case 'maxItems':
      return spec.kind === 'choices'
        ? `${label}: select no more than ${limit}`
        : `${label}: give no more than ${limit}`;
    case 'uniqueItems':
      return `${label} must not hold the same answer twice`;
    case 'pattern':
      return spec.schema.description === undefined
        ? `${label} is not written as it must be`
        : `${label} is not written as it must be. ${spec.schema.description}`;
    case 'enum':
      return `Select ${midSentence(label)} from the list`;
    case 'format':
    case 'type':
      return unreadableMessage(spec);
    default:
      return `Check ${midSentence(label)}`;
  }
}

/** What is said when the typed text is no value of its kind at all. */
export function unreadableMessage(spec: FieldSpec): string {
  const { label } = spec;
  switch (spec.kind) {
    case 'date':
      return `${label} must be a real date`;
    case 'duration':
      return `${label} must be a length of time, like 10 days, 12 weeks or 6 months`;
    case 'money':
      return `${label} must be a sum of money, like 1,250 or 1,250.50`;
    case 'integer':
      return `${label} must be a whole number, like 12`;
    case 'number':
      return `${label} must be a number, like 12 or 12.5`;
    case 'email':
      return `${label} must be an e-mail address, like name@example.com`;
    case 'choice':
    case 'choices':
      return `Select ${midSentence(label)} from the list`;
    case 'document':
      return `Upload ${midSentence(label)} again`;
    default:
      return `Check ${midSentence(label)}`;
  }
}
