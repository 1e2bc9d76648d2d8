import type { ConcordatError } from '../../../engine/errors.ts';
import type { SchemaProblem } from '../../../engine/validate.ts';
import { statusOfError } from '../status-of-error.ts';
import { titleOfError } from '../title-of-error.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Where in a request something is wrong. */
export type RequestPart = 'path' | 'query' | 'header' | 'body';

export interface LocatedProblem {
  readonly in: RequestPart;
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

/** An error as RFC 9457 problem details. Of what went wrong inside nothing is told but that it did. */
export function problemOf(error: ConcordatError, url: string, formAt: string): object {
  const { code, userMessage, details } = error;
  const unmet = code === 'gate-not-met' ? details['unmet'] : undefined;
  const problems = (details['located'] ?? formProblems(details['problems'], formAt)) as
    | readonly LocatedProblem[]
    | undefined;
  return {
    type: `${url}/api#${code}`,
    title: titleOfError(code),
    status: statusOfError(code),
    detail: userMessage,
    code,
    ...(unmet === undefined ? {} : { unmet }),
    ...(problems === undefined ? {} : { problems }),
  };
}

/** The engine points into the form; the reader sent the form within a body. */
function formProblems(problems: unknown, formAt: string): readonly LocatedProblem[] | undefined {
  if (!Array.isArray(problems)) return undefined;
  return (problems as readonly SchemaProblem[]).map((problem) => locate('body', problem, formAt));
}

export function locate(
  part: RequestPart,
  { path, keyword, params, message }: SchemaProblem,
  at = '',
): LocatedProblem {
  return { in: part, pointer: at + pointerOf(path, keyword, params), keyword, message };
}

/** A property that is missing or should not be there is pointed at itself, not at its object. */
function pointerOf(path: string, keyword: string, params: SchemaProblem['params']): string {
  const name =
    keyword === 'required'
      ? params['missingProperty']
      : keyword === 'additionalProperties'
        ? params['additionalProperty']
        : undefined;
  if (typeof name !== 'string') return path;
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
