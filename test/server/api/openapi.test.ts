import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Router } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../../../server/http/api/api-routes.ts';
import { apiClient } from '../../support/api-client.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: object }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, { schema?: object }>> }>
  >;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('the OpenAPI document', () => {
  let server: TestServer;
  let document: OpenApi;
  const described = (): [string, string, Described][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]): [string, string, Described] => [
        path,
        method,
        one,
      ]),
    );

  beforeAll(async () => {
    server = await startTestServer();
    const answer = await apiClient(server.url, null).send('GET', '/openapi.json');
    expect(answer.status).toBe(200);
    document = answer.json as OpenApi;
  });
  afterAll(() => server.stop());

  test('has the parts that OpenAPI 3.1 asks for', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/u);
    expect(document.info.title).toBe('Concordat');
    expect(document.servers).toEqual([{ url: `${server.url}/api/v1` }]);
    const ids = described().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, method, { summary, tags, responses, parameters }] of described()) {
      const where = `${method} ${path}`;
      expect(summary, where).toBeTruthy();
      expect(tags, where).toHaveLength(1);
      expect(Object.keys(responses).every((status) => /^[2-5]\d\d$/u.test(status))).toBe(true);
      expect(Object.values(responses).every(({ description }) => description !== '')).toBe(true);
      const named = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name ?? '');
      const declared = (parameters ?? []).filter((one) => one.in === 'path');
      expect(declared.map(({ name }) => name).sort(), where).toEqual(named.sort());
      expect(
        declared.every(({ required }) => required),
        where,
      ).toBe(true);
      const keys = (parameters ?? []).map((one) => `${one.in} ${one.name}`);
      expect(new Set(keys).size, where).toBe(keys.length);
    }
  });

  test('every schema in it is a JSON Schema, and every reference leads somewhere', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const compile = (schema: object): void => {
      ajv.compile({ ...schema, components: document.components });
    };
    Object.values(document.components.schemas).forEach(compile);
    for (const [, , { parameters, requestBody, responses }] of described()) {
      for (const { schema } of parameters ?? []) compile(schema);
      const contents = [
        requestBody?.content,
        ...Object.values(responses).map((one) => one.content),
      ];
      for (const content of contents) {
        for (const { schema } of Object.values(content ?? {})) if (schema) compile(schema);
      }
    }
  });

  test('names every route that is served, and no other', () => {
    const context = { services: server.services, worker: server.worker };
    const served = routesOf(apiRoutes(context)).sort();
    const named = described().map(([path, method]) => `${method} ${path}`);
    expect(served).toEqual(named.sort());
  });

  test('says of every operation that it needs a token, but of itself', async () => {
    for (const [path, method, { security }] of described()) {
      const at = path.replaceAll(/\{\w+\}/gu, 'x');
      const answer = await apiClient(server.url, null).send(method.toUpperCase(), at);
      expect(answer.status, `${method} ${path}`).toBe(security ? 200 : 401);
    }
  });

  test('is what the page for people shows: each operation, and each reason for a refusal', async () => {
    const { status, text } = await server.browser().get('/api');
    expect(status).toBe(200);
    for (const [path, , { operationId, summary }] of described()) {
      if (path === '/openapi.json') continue;
      expect(text).toContain(`id="${operationId}">${summary}</h3>`);
    }
    const targets = [...text.matchAll(/href="#([\w-]+)"/gu)].map(([, id]) => id);
    for (const id of targets) expect(text).toContain(`id="${id}"`);
    expect(text).not.toMatch(/undefined|\[object Object\]|`/u);
    expect(text).toContain('GET</strong> <code>http://localhost');
  });
});

/** What Express itself would answer: its own list of routes, not the one they were made from. */
function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const methods = [...new Set(route.stack.map(({ method }) => method))];
    const path = route.path.replaceAll(/:(\w+)/gu, '{$1}');
    // without a method: what refuses all others
    return methods.flatMap((method) => (method ? [`${method} ${path}`] : []));
  });
}
