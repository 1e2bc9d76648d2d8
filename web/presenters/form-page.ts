import type { JsonSchema } from '../../engine/json-schema.ts';
import { type FormView, presentForm } from './form.ts';
import type { FormContext } from './form/form-context.ts';
import type { FormError, FormFocus } from './form/form-error.ts';
import type { FormFields } from './form/form-fields.ts';
import type { HistoryEntryView } from './history.ts';
import type { DataPart } from './instance-data.ts';
import type { PageLink } from './page.ts';
import { checkAnswers, type SummaryRow } from './summary.ts';
import type { UnmetView } from './unmet.ts';

/** In which step of a form a button was pressed: to check, to change an answer, or to send. */
export const STEP_FIELD = '_step';

/** A form with everything that stands around it, the same while it is filled in and checked. */
export interface FormPage {
  readonly schema: JsonSchema;
  /** Where it is posted to, in each of its steps. */
  readonly action: string;
  readonly heading: string;
  readonly caption: string;
  readonly lead: readonly string[];
  /** The words on the button that does it. */
  readonly submit: string;
  /** It cannot easily be undone. */
  readonly grave: boolean;
  /** What is asked before it is done; null when nothing is. */
  readonly confirm: string | null;
  /** To be read before deciding. */
  readonly documents: readonly PageLink[];
  /** What is decided on, where it is no document. */
  readonly about?: DataPart;
  readonly context: FormContext;
  /** What the form opens with. */
  readonly values?: unknown;
  readonly cancel: PageLink;
  /** Shows what was answered once more always, or never; else by the form's length. */
  readonly check?: 'always' | 'never';
}

/** Travels with the form from page to page: its idempotency key, the head and manifest it was made for. */
export type Carried = Readonly<Record<string, string>>;

export interface FormPageView {
  readonly form: FormView;
  readonly heading: string;
  readonly caption: string;
  readonly lead: readonly string[];
  readonly warning: string;
  readonly documents: readonly PageLink[];
  readonly about: DataPart | null;
  readonly refusal: Refusal | null;
  readonly cancel: PageLink;
}

/** Why it was not taken, besides the sentences in the error summary. */
export interface Refusal {
  /** Open items of the gates. */
  readonly unmet: readonly UnmetView[];
  /** What others have done since the page was opened. */
  readonly news: readonly HistoryEntryView[];
}

/** How many fields a form has; a question about nothing is a confirmation alone. */
function fieldCount({ properties }: JsonSchema): number {
  return Object.values(properties ?? {}).filter(
    (field) => field.const === undefined || field.const === true,
  ).length;
}

/** Long forms, and those that ask for confirmation, are shown once more before they are sent. */
export function needsCheck({ schema, confirm, check }: FormPage): boolean {
  const count = fieldCount(schema);
  if (count === 0 || check === 'never') return false;
  return check === 'always' || count > 2 || confirm !== null;
}

/** The page on which a form is filled in. */
export function presentFormPage(
  page: FormPage,
  now: {
    readonly carried: Carried;
    readonly typed?: FormFields;
    readonly errors?: readonly FormError[];
    readonly focus?: FormFocus;
    readonly refusal?: Refusal;
  },
): FormPageView {
  const check = needsCheck(page);
  const { schema, action, context, values } = page;
  const form = presentForm({
    schema,
    action,
    context,
    values,
    hidden: { ...now.carried, [STEP_FIELD]: check ? 'check' : 'send' },
    submit: check ? 'Continue' : page.submit,
    ...(page.grave && !check ? { submitKind: 'warning' } : {}),
    ...(now.typed ? { typed: now.typed } : {}),
    ...(now.errors ? { errors: now.errors } : {}),
    ...(now.focus ? { focus: now.focus } : {}),
  });
  const { heading, caption, lead, documents, cancel } = page;
  const warned = check ? null : page.confirm;
  return {
    form,
    heading,
    caption,
    lead: warned !== null && !page.grave ? [...lead, warned] : lead,
    warning: warned !== null && page.grave ? warned : '',
    documents,
    about: page.about ?? null,
    refusal: now.refusal ?? null,
    cancel,
  };
}

export interface CheckPageView {
  readonly heading: string;
  readonly caption: string;
  readonly action: string;
  readonly rows: readonly SummaryRow[];
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly submit: string;
  readonly submitKind: '' | 'warning';
  readonly confirm: string;
  readonly warning: string;
  readonly also: readonly AlsoShown[];
  readonly cancel: PageLink;
}

/** Something else to look at before it is sent: which deadlines move, for instance. */
export interface AlsoShown {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The page on which the answers are read once more; they are sent on as they were typed. */
export function presentCheckPage(
  page: FormPage,
  now: {
    readonly carried: Carried;
    readonly typed: FormFields;
    readonly values: unknown;
    readonly also?: readonly AlsoShown[];
  },
): CheckPageView {
  const { schema, action, context, confirm, grave } = page;
  return {
    heading: 'Check your answers',
    caption: page.heading,
    action,
    rows: checkAnswers({
      schema,
      values: now.values,
      context,
      emptyText: 'Not given',
      changeHref: (control) => `${action}#${control}`,
    }),
    hidden: [...Object.entries(now.carried), ...typedPairs(now.typed)].map(([name, value]) => ({
      name,
      value,
    })),
    submit: page.submit,
    submitKind: grave ? 'warning' : '',
    confirm: grave ? '' : (confirm ?? ''),
    warning: grave ? (confirm ?? 'This cannot easily be undone.') : '',
    also: now.also ?? [],
    cancel: page.cancel,
  };
}

/** What was typed, as hidden controls; our own names and refused files stay behind. */
function typedPairs(typed: FormFields): readonly (readonly [string, string])[] {
  return [...typed]
    .filter(([name]) => !name.startsWith('_') && !name.includes('#'))
    .flatMap(([name, values]) => values.map((value) => [name, value] as const));
}
