import type { JsonSchema } from '../../../engine/json-schema.ts';
import { type FormView, presentForm } from '../../../web/presenters/form.ts';
import type { FormContext } from '../../../web/presenters/form/form-context.ts';
import type { FormError } from '../../../web/presenters/form/form-error.ts';
import type { FormFields } from '../../../web/presenters/form/form-fields.ts';
import { newToken } from '../../new-id.ts';
import type { OpenedLink } from '../../use-cases/open-link.ts';
import type { OfferedOption } from '../../use-cases/read-instance.ts';

/** Fields that the link's page adds to a form of the workflow. */
export const CONFIRM_NAME = 'confirmName';
export const LINK_CODE = 'linkCode';

/**
 * The form of an option as it stands on a link's page: a typed full name confirms what a form without
 * a name of its own would let a button alone decide, and a code where the agreement asks for one.
 */
export function linkFormSchema({ form }: OfferedOption, needsCode: boolean): JsonSchema {
  const known = schemas.get(form)?.[needsCode ? 1 : 0];
  if (known) return known;
  const both = [withConfirmation(form, false), withConfirmation(form, true)] as const;
  schemas.set(form, both);
  return both[needsCode ? 1 : 0];
}

/** One schema for each form: compiling its check is the slow part. */
const schemas = new WeakMap<JsonSchema, readonly [JsonSchema, JsonSchema]>();

function withConfirmation(form: JsonSchema, needsCode: boolean): JsonSchema {
  const named = Object.hasOwn(form.properties ?? {}, 'fullName');
  const own: Record<string, JsonSchema> = {};
  if (!named) {
    own[CONFIRM_NAME] = {
      type: 'string',
      title: 'Type your full name to confirm',
      minLength: 1,
      maxLength: 160,
    };
  }
  if (needsCode) {
    own[LINK_CODE] = {
      type: 'string',
      title: 'Code from the e-mail',
      description: 'Six digits. Ask for a code first, above.',
      minLength: 1,
      maxLength: 12,
    };
  }
  return {
    ...form,
    type: 'object',
    properties: { ...form.properties, ...own },
    required: [...(form.required ?? []), ...Object.keys(own)],
  };
}

/** The form of one option, ready to be shown. */
export function linkForm(given: {
  readonly opened: OpenedLink;
  readonly option: OfferedOption;
  readonly base: string;
  readonly context: FormContext;
  readonly typed?: FormFields;
  readonly errors?: readonly FormError[];
}): FormView {
  const { opened, option, base, context, typed, errors } = given;
  return presentForm({
    schema: linkFormSchema(option, opened.link.needsCode),
    action: `${base}/do/${option.event}`,
    submit: option.label,
    hidden: { key: typed?.get('key')?.[0] ?? newToken() },
    context,
    ...(option.grave ? { submitKind: 'warning' as const } : {}),
    ...(typed ? { typed } : {}),
    ...(errors ? { errors } : {}),
  });
}
