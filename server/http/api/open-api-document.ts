import type { ErrorCode } from '../../../engine/errors.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { statusOfError } from '../status-of-error.ts';
import { titleOfError } from '../title-of-error.ts';
import { ANSWER_SCHEMAS } from './answer-schemas.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import type { Operation } from './operation.ts';
import { PROBLEM_TYPE } from './problem.ts';

/** Raised when the API changes in a way that programs have to know of. */
const API_VERSION = '1.0.0';
export const API_BASE = '/api/v1';

/** The OpenAPI 3.1 document, made from the very schemas that requests are checked with. */
export function openApiDocument(operations: readonly Operation[], url: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  paths['/openapi.json'] = { get: OWN_DOCUMENT };
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Concordat',
      version: API_VERSION,
      description: `What people do on the pages, for programs. Each request carries a person’s bearer token and can do what that person can. For reading: ${url}/api`,
    },
    servers: [{ url: `${url}${API_BASE}` }],
    security: [{ token: [] }],
    tags: [...new Set([...operations.map(({ group }) => group), 'About'])].map((name) => ({
      name,
    })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'Made by an administrator: npx concordat token',
        },
      },
      schemas: Object.fromEntries(
        Object.entries(ANSWER_SCHEMAS).map(([name, schema]) => [name, refer(schema, schema)]),
      ),
    },
  };
}

const OWN_DOCUMENT = {
  operationId: 'readOpenApi',
  tags: ['About'],
  summary: 'Read this description',
  security: [],
  responses: {
    200: {
      description: 'An OpenAPI 3.1 document',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
  },
};

function describe(operation: Operation): object {
  const { id, group, summary, description, answer } = operation;
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: parametersOf(operation),
    ...requestBodyOf(operation),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(operation.keyed ? { headers: REPLAYED } : {}),
        content:
          answer.schema === null
            ? { '*/*': {} }
            : { 'application/json': { schema: refer(answer.schema) } },
      },
      ...refusalsOf(operation),
    },
  };
}

const REPLAYED = {
  'Idempotency-Replayed': {
    description: '`true` when this is the first answer again and nothing was done now',
    schema: { type: 'string', enum: ['true'] },
  },
};

function parametersOf({ params, query, keyed, file }: Operation): readonly object[] {
  const inPath = Object.entries(params ?? {}).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    ...described(schema),
  }));
  const inQuery = Object.entries(query ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: file !== undefined,
    ...described(schema),
  }));
  const key = { name: 'Idempotency-Key', in: 'header', required: false };
  return [...inPath, ...inQuery, ...(keyed ? [{ ...key, ...described(IDEMPOTENCY_KEY) }] : [])];
}

function described({ description, ...schema }: JsonSchema): object {
  return { ...(description === undefined ? {} : { description }), schema };
}

function requestBodyOf({ body, file }: Operation): object {
  if (file !== undefined) {
    const schema = { description: `At most ${file.maxBytes} bytes` };
    return { requestBody: { required: true, content: { 'application/octet-stream': { schema } } } };
  }
  if (body === undefined) return {};
  return {
    requestBody: { required: true, content: { 'application/json': { schema: refer(body) } } },
  };
}

/** What every operation can be refused with. */
const ALWAYS: readonly ErrorCode[] = [
  'bad-request',
  'invalid-input',
  'not-signed-in',
  'too-many-requests',
  'store-unreadable',
  'store-damaged',
  'not-known-here',
];
const WITH_BODY: readonly ErrorCode[] = [
  'wrong-content-type',
  'too-large',
  'data-refused',
  'store-full',
];

/** Every code an operation can answer with, each once, in order of status. */
export function codesOf({ body, file, refusals }: Operation): readonly ErrorCode[] {
  const codes = new Set([
    ...refusals,
    ...ALWAYS,
    ...(body === undefined && file === undefined ? [] : WITH_BODY),
  ]);
  return [...codes].sort((a, b) => statusOfError(a) - statusOfError(b));
}

function refusalsOf(operation: Operation): Readonly<Record<string, object>> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codesOf(operation)) {
    const status = statusOfError(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${titleOfError(code)}`).join('\n\n'),
        content: {
          [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
}

const NAMES = new Map<unknown, string>(
  Object.entries(ANSWER_SCHEMAS).map(([name, schema]) => [schema, name]),
);

/** The schema with each named schema in it as a reference; `whole` itself is written out. */
function refer(schema: unknown, whole?: unknown): unknown {
  const name = schema === whole ? undefined : NAMES.get(schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((item) => refer(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, refer(value)]));
}
