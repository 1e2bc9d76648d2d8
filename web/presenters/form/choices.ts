import type { JsonSchema } from '../../../engine/json-schema.ts';
import { constants, type PickedFormat, pickedFormat } from './field-kind.ts';
import type { FormContext, PickerChoice } from './form-context.ts';
import { humanise } from './humanise.ts';

/** One answer on offer: what is posted, what is read, and the JSON value it stands for. */
export interface Choice extends PickerChoice {
  readonly json: unknown;
}

/**
 * What can be chosen for a resolved schema. `undefined` when the installation's list was not given
 * (then any well-formed id is taken and somebody else must check it).
 */
export function choicesOf(schema: JsonSchema, context: FormContext): readonly Choice[] | undefined {
  const members = constants(schema);
  if (members) return members.map(constantChoice);
  if (schema.enum) return schema.enum.filter((value) => value !== null).map(enumChoice);
  const format = pickedFormat(schema);
  if (format === undefined) return [];
  return picked(format, context)
    ?.filter(
      ({ ofParty, outside }) =>
        (schema.ofParty !== true || ofParty === true) &&
        (schema.anywhere === true || outside !== true),
    )
    .map((choice) => ({ ...choice, json: choice.value }));
}

function picked(format: PickedFormat, context: FormContext): readonly PickerChoice[] | undefined {
  if (format === 'person') return context.people;
  if (format === 'organisation') return context.organisations;
  return context.instances;
}

function constantChoice(member: JsonSchema): Choice {
  return {
    value: String(member.const),
    text: member.title ?? humanise(String(member.const)),
    ...(member.description === undefined ? {} : { hint: member.description }),
    json: member.const,
  };
}

function enumChoice(value: unknown): Choice {
  return { value: String(value), text: humanise(String(value)), json: value };
}
