import { expect } from 'vitest';
import type { JsonSchema } from '../../engine/json-schema.ts';
import { validator } from '../../engine/validate.ts';
import { ANSWER_SCHEMAS } from '../../server/http/api/answer-schemas.ts';
import { codesOf } from '../../server/http/api/open-api-document.ts';
import { OPERATIONS } from '../../server/http/api/operations.ts';
import type { Person } from '../../server/store/directory.ts';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import type { TestServer } from './test-server.ts';

interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer as JSON; undefined when it is not. */
  readonly json: unknown;
}

/** A program that uses the API with one person's token. Every answer is held to its schema. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown, key?: string): Promise<T>;
  /** Any request, and whatever comes back. */
  send(method: string, path: string, more?: RequestInit): Promise<ApiAnswer>;
  /** A request that has to be refused: its problem details. */
  refused(method: string, path: string, body?: unknown): Promise<Problem>;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly unmet?: readonly { readonly sentence: string; readonly items?: readonly object[] }[];
  readonly problems?: readonly {
    readonly in: string;
    readonly pointer: string;
    readonly keyword: string;
  }[];
}

export async function apiClientOf(server: TestServer, person: Person): Promise<ApiClient> {
  const { email } = person;
  const { token } = await createToken(server.services, { email, label: 'tests', expires: null });
  return apiClient(server.url, token);
}

export function apiClient(url: string, token: string | null): ApiClient {
  async function send(method: string, path: string, more: RequestInit = {}): Promise<ApiAnswer> {
    const given = new Headers(more.headers);
    if (token !== null && !given.has('authorization')) {
      given.set('authorization', `Bearer ${token}`);
    }
    const response = await fetch(`${url}/api/v1${path}`, { ...more, method, headers: given });
    const text = await response.text();
    const { status, headers } = response;
    const isJson = /^application\/(problem\+)?json/u.test(headers.get('content-type') ?? '');
    const answer = {
      status,
      headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
    expectDeclared(method, path, answer);
    return answer;
  }
  return {
    send,
    async get<T>(path: string) {
      const answer = await send('GET', path);
      expect(answer.status, answer.text).toBe(200);
      return answer.json as T;
    },
    async post<T>(path: string, body: unknown, key?: string) {
      const answer = await send('POST', path, posted(body, key));
      expect([200, 201], answer.text).toContain(answer.status);
      return answer.json as T;
    },
    async refused(method, path, body) {
      const { status, json, text, headers } = await send(
        method,
        path,
        body === undefined ? {} : posted(body),
      );
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status, text).toBeLessThan(500);
      expect(headers.get('content-type')).toBe('application/problem+json');
      const problem = json as Problem;
      expect(problem.status).toBe(status);
      expectSentence(problem.detail);
      return problem;
    },
  };
}

/** A JSON body, as text or as something to be written as JSON. */
export function posted(body: unknown, key?: string): RequestInit {
  return {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  };
}

/** What is told to somebody begins like a sentence, ends like one and names nothing of ours. */
export function expectSentence(text: string): void {
  expect(text).toMatch(/^[“A-Z0-9].*[.”…)]$/su);
  expect(text).not.toMatch(/undefined|\[object|TypeError|at file:|node_modules/u);
}

/** Holds an answer to what the operation declares for it. */
function expectDeclared(method: string, path: string, { status, json, text }: ApiAnswer): void {
  if (method === 'HEAD' || status === 304 || text === '') return;
  const operation = OPERATIONS.find(
    (one) => one.method === method.toLowerCase() && matches(one.path, path),
  );
  if (status >= 400) {
    expectShape(ANSWER_SCHEMAS.Problem, json, `${method} ${path}`);
    if (operation) expect(codesOf(operation)).toContain((json as Problem).code);
    return;
  }
  const schema = operation?.answer.schema;
  if (operation === undefined || schema == null) return;
  expect(status).toBe(operation.answer.status);
  expectShape(schema, json, `${method} ${path}`);
}

function expectShape(schema: JsonSchema, value: unknown, what: string): void {
  expect(validator(schema)(value), `${what} answers as declared`).toEqual([]);
}

function matches(pattern: string, path: string): boolean {
  const expression = pattern.replaceAll(/\{\w+\}/gu, '[^/]+');
  return new RegExp(`^${expression}$`, 'u').test(path.split('?')[0] ?? '');
}
