import type { ConcordatError } from '../../../engine/errors.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
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
  const field = path.split('/')[1] ?? '';
  const shown = Object.hasOwn(schema.properties ?? {}, field);
  return [{ path: shown ? path : '', href: shown ? `#${field}` : '', message: error.userMessage }];
}
