import { setTimeout as delay } from 'node:timers/promises';

/** What somebody was told by those who serve them. */
export interface Told {
  /** Everything that nobody may be told, or not be told in that way, in words. */
  readonly wrong: readonly string[];
  /** How often it was "try again", as it should be said. */
  readonly again: number;
  /** How often the connection ended without an answer. */
  readonly unanswered: number;
  /** The longest that anybody waited for an answer, whatever it was. */
  readonly longestMs: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
  readonly cookie: string;
}

/** Sends each request again and again until something is said to it that is not "try again". */
export interface PatientClient {
  /** As a browser: a page, or a form of that page with these fields. */
  page(path: string, cookie: string, fields?: ReadonlyMap<string, string>): Promise<Answer>;
  /** As a program; `key` is the request's own, so that it can be repeated. */
  call(
    token: string,
    path: string,
    sent?: { readonly key: string; readonly body: object },
  ): Promise<Answer>;
  /** Notes what was not as it has to be. */
  complain(what: string): void;
  readonly told: () => Told;
}

/** A person has gone by then; whoever serves them says "try again" long before. */
const GONE_AFTER_MS = 60_000;

export function patientClient(url: string): PatientClient {
  const wrong: string[] = [];
  let again = 0;
  let unanswered = 0;
  let longestMs = 0;

  async function once(path: string, more: RequestInit): Promise<Response | null> {
    const signal = AbortSignal.timeout(GONE_AFTER_MS);
    try {
      return await fetch(`${url}${path}`, { ...more, redirect: 'manual', signal });
    } catch (error) {
      unanswered += 1;
      if (error instanceof Error && error.name === 'TimeoutError') {
        wrong.push(`${path} was not answered within ${GONE_AFTER_MS / 1_000} s`);
      }
      return null;
    }
  }

  async function patiently(
    path: string,
    more: RequestInit,
    problemOf: (answer: Response, text: string) => string | undefined,
  ): Promise<{ readonly answer: Response; readonly text: string }> {
    for (;;) {
      const asked = performance.now();
      const answer = await once(path, more);
      // half an answer is none
      const text = await answer?.text().catch(() => undefined);
      if (answer !== null && text !== undefined) {
        longestMs = Math.max(longestMs, performance.now() - asked);
        if (answer.status < 500 && answer.status !== 429) return { answer, text };
        const problem = problemOf(answer, text);
        if (problem === undefined) again += 1;
        else
          wrong.push(`${more.method ?? 'GET'} ${path} was answered ${answer.status}: ${problem}`);
      }
      // often enough to be there when they come back, and no load on their start
      await delay(100 + Math.random() * 200);
    }
  }

  return {
    async page(path, cookie, fields) {
      const typed = [...(fields?.values() ?? [])];
      const { answer, text } = await patiently(
        path,
        {
          headers: { cookie, origin: url },
          ...(fields ? { method: 'POST', body: new URLSearchParams([...fields]) } : {}),
        },
        (refused, page) => problemOfRefusal(refused) ?? problemOfPage(refused, page, typed),
      );
      const location = answer.headers.get('location') ?? '';
      if (cookie !== '' && location.startsWith('/sign-in')) wrong.push(`${path}: was signed out`);
      return {
        status: answer.status,
        text,
        location,
        cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie,
      };
    },
    async call(token, path, sent) {
      const { answer, text } = await patiently(
        `/api/v1${path}`,
        {
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            ...(sent ? { 'idempotency-key': sent.key } : {}),
          },
          ...(sent ? { method: 'POST', body: JSON.stringify(sent.body) } : {}),
        },
        (refused, said) => problemOfRefusal(refused) ?? problemOfProblem(refused, said),
      );
      return { status: answer.status, text, location: '', cookie: '' };
    },
    complain(what) {
      wrong.push(what);
    },
    told: () => ({ wrong, again, unanswered, longestMs }),
  };
}

function problemOfRefusal({ status, headers }: Response): string | undefined {
  if (status !== 503) return 'that is not "try again"';
  const after = headers.get('retry-after') ?? '';
  return /^[1-9]\d*$/u.test(after) ? undefined : `retry-after is "${after}"`;
}

/** A person reads a plain page, on which nothing that was typed is lost. */
function problemOfPage(
  { headers }: Response,
  text: string,
  typed: readonly string[],
): string | undefined {
  if (!headers.get('content-type')?.startsWith('text/html')) return 'it is no page';
  if (!/<h1\b/u.test(text) || !/try again/iu.test(text)) return 'the page does not say what to do';
  const tells = /Mongo|ECONN|undefined|at file:|node_modules/u.exec(text)?.[0];
  if (tells !== undefined) return `the page says "${tells}"`;
  const lost = typed.find((value) => !text.includes(escaped(value)));
  return lost === undefined ? undefined : `what was typed is lost: "${lost}"`;
}

/** As our pages write it into an attribute. */
function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('=', '&#x3D;');
}

/** A program reads problem details. */
function problemOfProblem({ headers }: Response, text: string): string | undefined {
  if (headers.get('content-type') !== 'application/problem+json') return `no problem: ${text}`;
  const { status, code, detail } = JSON.parse(text) as Record<string, unknown>;
  return status === 503 && code === 'store-unreadable' && typeof detail === 'string'
    ? undefined
    : `another problem: ${text}`;
}
