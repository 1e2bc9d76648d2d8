import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import { mayBeRecorded } from '../../store/outcome-unknown.ts';
import { answerInTime, isTooLateFor } from '../answer-in-time.ts';
import { asOurError } from '../as-our-error.ts';
import { noteRefusal } from '../note-refusal.ts';
import { type ApiLimits, createGatekeeper } from './authenticate.ts';
import { checkBody, checkHeader, checkPath, checkQuery } from './check-request.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import { openApiDocument } from './open-api-document.ts';
import type { ApiAnswer, ApiContext, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** Far above what a busy case system needs, far below what would slow the pages down. */
const LIMITS: ApiLimits = { perToken: 6_000, perStranger: 60 };

const MOST_JSON = '1mb';

/**
 * The JSON API: the same use cases and permissions as the pages, for programs that hold a person's
 * bearer token. It knows no session and no cookie, so that no other site can make a browser use it.
 */
export function apiRoutes(context: ApiContext, limits: ApiLimits = LIMITS): Router {
  const { services } = context;
  const router = express.Router();
  const gatekeeper = createGatekeeper(services, limits);
  let document: object | undefined;

  router.use(answerInTime(services.config.answerWithin, problemHandler(context)));
  router.use((_request, response, next) => {
    response.set({ 'cache-control': 'private, no-cache', vary: 'authorization' });
    next();
  });
  router.get('/openapi.json', (_request, response) => {
    // made when it is first asked for: a start has no time for it
    document ??= openApiDocument(OPERATIONS, services.config.url);
    response.json(document);
  });
  for (const operation of OPERATIONS) {
    router[operation.method](
      expressPath(operation.path),
      async (request, response, next) => {
        const asker = await gatekeeper.admit(request, response);
        response.locals['asker'] = asker;
        next();
      },
      ...bodyReaders(operation),
      async (request, response) => {
        const { asker } = response.locals as { asker: Parameters<Operation['handle']>[0]['asker'] };
        response.locals['formAt'] = operation.formAt ?? '';
        checkPath(operation, request.params);
        const answer = await operation.handle({
          ...context,
          asker,
          params: request.params,
          query: checkQuery(operation, request.query),
          body: checkBody(operation, request.body),
          bytes: bytesOf(operation, request),
          idempotencyKey: operation.keyed
            ? checkHeader('Idempotency-Key', IDEMPOTENCY_KEY, request.get('idempotency-key'))
            : null,
        });
        send(request, response, operation, answer);
      },
    );
  }
  refuseOtherMethods(router);
  router.use((request) => {
    throw new ConcordatError('not-found', `the API has no ${request.path}`, {
      userMessage: 'The API has nothing at this address. See /api for all that there is.',
    });
  });
  router.use(problemHandler(context));
  return router;
}

/** `{name}` as Express writes it. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/gu, ':$1');
}

/** What reads the body; whoever sends another type of content is told which is taken. */
function bodyReaders({ body, file }: Operation): readonly RequestHandler[] {
  if (file !== undefined) {
    const type = 'application/octet-stream';
    return [requireType(type), express.raw({ type, limit: file.maxBytes })];
  }
  if (body === undefined) return [];
  const type = 'application/json';
  return [requireType(type), express.json({ type, limit: MOST_JSON, strict: true }), isObject];
}

function requireType(type: string): RequestHandler {
  return (request, _response, next) => {
    if (request.is(type) === type && isUtf8(request)) return next();
    next(
      new ConcordatError('wrong-content-type', `not ${type}`, {
        userMessage: `Send this with a body in UTF-8, and with the header “Content-Type: ${type}”.`,
      }),
    );
  };
}

/** JSON between systems is UTF-8 (RFC 8259); the parser would take far older encodings as well. */
function isUtf8(request: Request): boolean {
  const [, charset] = /;\s*charset="?([^\s;"]*)/iu.exec(request.get('content-type') ?? '') ?? [];
  return charset === undefined || /^utf-?8$/iu.test(charset);
}

const isObject: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return next();
  next(
    new ConcordatError('bad-request', 'the body is no JSON object', {
      userMessage: 'The body must be one JSON object, in braces.',
    }),
  );
};

function bytesOf({ file }: Operation, request: Request): Buffer {
  const body: unknown = request.body;
  return file !== undefined && Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function send(request: Request, response: Response, operation: Operation, answer: ApiAnswer): void {
  response.status(operation.answer.status).set(answer.headers ?? {});
  if ('json' in answer) {
    response.json(answer.json);
    return;
  }
  response.set({
    'content-type': answer.mediaType,
    'content-security-policy': "default-src 'none'; sandbox",
  });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.set('content-length', String(answer.bytes.length));
  response.end(request.method === 'HEAD' ? undefined : answer.bytes);
}

/** An address that is there, asked with a method that it does not take: 405, and which it takes. */
function refuseOtherMethods(router: Router): void {
  const methods = new Map<string, Set<string>>([['/openapi.json', new Set(['GET', 'HEAD'])]]);
  for (const { path, method } of OPERATIONS) {
    const known = methods.get(path) ?? new Set();
    known.add(method.toUpperCase());
    if (method === 'get') known.add('HEAD');
    methods.set(path, known);
  }
  for (const [path, known] of methods) {
    const allow = [...known, 'OPTIONS'].join(', ');
    router.all(expressPath(path), (request, response) => {
      response.set('allow', allow);
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
      throw new ConcordatError('method-not-allowed', `${request.method} ${path}`, {
        userMessage: `This address does not take ${request.method}. It takes ${allow}.`,
      });
    });
  }
}

function problemHandler({ services }: ApiContext): express.ErrorRequestHandler {
  const { config } = services;
  return (thrown: unknown, request, response, next) => {
    if (isTooLateFor(response, thrown)) {
      services.log.info({ err: thrown }, 'a request went on after its time was up');
      return;
    }
    if (response.headersSent) return next(thrown);
    const error = forPrograms(asOurError(thrown), request);
    const status = noteRefusal(services, request, error, thrown);
    if (status === 503) response.set('retry-after', '30');
    const formAt = String(response.locals['formAt'] ?? '');
    response.removeHeader('etag');
    response
      .status(status)
      .set('content-type', PROBLEM_TYPE)
      .end(JSON.stringify(problemOf(error, config.url, formAt)));
  };
}

/** What Express and its parsers refuse is said to people with a page open; programs have none. */
function forPrograms(error: ConcordatError, request: Request): ConcordatError {
  if (mayBeRecorded(error)) return withAdvice(error, request);
  if (error.code !== 'bad-request' || error.cause === undefined) return error;
  return new ConcordatError('bad-request', error.message, {
    cause: error.cause,
    userMessage:
      'This request could not be read: its address or its body is broken. Check that the body is well-formed JSON in UTF-8, and that special characters in the address are written as %-codes.',
  });
}

function withAdvice({ code, message, userMessage, details }: ConcordatError, request: Request) {
  const advice =
    request.get('idempotency-key') === undefined
      ? 'Read what is there before you send it again; with an Idempotency-Key a repeat does nothing twice.'
      : 'Send it again under the same Idempotency-Key: what was recorded is not recorded a second time.';
  return new ConcordatError(code, message, { details, userMessage: `${userMessage} ${advice}` });
}
