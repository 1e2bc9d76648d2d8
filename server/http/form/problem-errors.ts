import type { ConcordatError } from '../../../engine/errors.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import {
  fieldSpec,
  firstControlId,
  type FormFrame,
} from '../../../web/presenters/form/field-spec.ts';
import type { FormError } from '../../../web/presenters/form/form-error.ts';

/**
 * What a use case refused, as errors of the form it was sent with: at its field where there is one,
 * else at the top. For a shut gate each criterion is told, with the things that are open.
 */
export function problemErrors(error: ConcordatError, schema: JsonSchema): readonly FormError[] {
  const { problems, unmet } = error.details as {
    readonly problems?: readonly { readonly path: string }[];
    readonly unmet?: readonly { readonly sentence: string; readonly do?: string }[];
  };
  if (unmet && unmet.length > 0) {
    return unmet.map(({ sentence, do: advice }) => ({
      path: '',
      href: '',
      message: advice === undefined ? sentence : `${sentence} ${advice}`,
    }));
  }
  const path = problems?.[0]?.path ?? '';
  const href = controlOf(schema, path);
  return [{ path: href === '' ? '' : path, href, message: error.userMessage }];
}

/** The control of a field by its JSON pointer; empty when the form has no such field. */
function controlOf(root: JsonSchema, pointer: string): string {
  const [name = '', ...rest] = pointer.split('/').slice(1);
  const schema = Object.hasOwn(root.properties ?? {}, name) ? root.properties?.[name] : undefined;
  if (schema === undefined) return '';
  if (rest.length > 0) return `#${[name, ...rest].join('-')}`;
  const frame: FormFrame = { root, idPrefix: '' };
  return `#${firstControlId(frame, fieldSpec(frame, schema, [name], { required: false }))}`;
}
