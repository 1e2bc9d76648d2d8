import { commonView, type Presenting } from './common-view.ts';
import { choicesOf } from './choices.ts';
import { pickedFormat } from './field-kind.ts';
import { type FieldSpec, itemsOf } from './field-spec.ts';
import type { OptionsView } from './field-view.ts';
import type { PickerChoice } from './form-context.ts';

/** Up to this many answers are all shown; more are folded into a list to pick from. */
const MOST_RADIOS = 7;

/** Radios for a few answers, a list for many, checkboxes where several may be chosen. */
export function presentOptions(presenting: Presenting, spec: FieldSpec): OptionsView {
  const typed = presenting.fields.get(spec.name) ?? [];
  const choices = withUnknown(offered(presenting, spec), typed);
  const several = spec.kind === 'choices';
  const select = !several && choices.length > MOST_RADIOS;
  const nothing = choices.length === 0;
  const all = several || nothing ? choices : withBlank(choices, spec, select);
  return {
    ...commonView(presenting, spec),
    partial: several
      ? 'partials/form/checkboxes'
      : select
        ? 'partials/form/select'
        : 'partials/form/radios',
    inline: spec.kind === 'yes-no' && spec.required,
    emptyText: nothing ? emptyText(presenting, spec) : '',
    options: all.map((choice, index) => ({
      id: index === 0 ? spec.id : `${spec.id}-${index + 1}`,
      value: choice.value,
      text: choice.text,
      hint: choice.hint ?? '',
      chosen: several ? typed.includes(choice.value) : typed[0] === choice.value,
      autofocus: false,
    })),
  };
}

/** Never a dead end: who can help when a list that people are chosen from is still empty. */
function emptyText(presenting: Presenting, spec: FieldSpec): string {
  const schema = spec.kind === 'choices' ? itemsOf(presenting, spec.schema) : spec.schema;
  switch (pickedFormat(schema)) {
    case 'person':
      return 'Nobody can be chosen yet. Ask the coordinator to add people to the partnership first.';
    case 'organisation':
      return 'No organisation can be chosen yet. Ask the coordinator to add it to the partnership first.';
    default:
      return 'There is nothing to choose from yet.';
  }
}

function offered(presenting: Presenting, spec: FieldSpec): readonly PickerChoice[] {
  if (spec.kind === 'yes-no') {
    return [
      { value: 'yes', text: 'Yes' },
      { value: 'no', text: 'No' },
    ];
  }
  const schema = spec.kind === 'choices' ? itemsOf(presenting, spec.schema) : spec.schema;
  return choicesOf(schema, presenting.context) ?? [];
}

/** What was chosen once stays in view though it is no longer on offer (a person who has left). */
function withUnknown(
  choices: readonly PickerChoice[],
  typed: readonly string[],
): readonly PickerChoice[] {
  const gone = typed.filter(
    (value) => value !== '' && !choices.some((choice) => choice.value === value),
  );
  return [...choices, ...gone.map((value) => ({ value, text: `${value} (no longer listed)` }))];
}

/** A list needs a first line that is no answer; an optional answer can be taken back. */
function withBlank(
  choices: readonly PickerChoice[],
  spec: FieldSpec,
  select: boolean,
): readonly PickerChoice[] {
  if (select) {
    return [{ value: '', text: spec.required ? 'Choose one' : 'No answer' }, ...choices];
  }
  return spec.required ? choices : [...choices, { value: '', text: 'No answer' }];
}
