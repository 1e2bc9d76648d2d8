import type { Request, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ConcordatError } from '../../../engine/errors.ts';
import type { Asker } from '../../access/asker.ts';
import type { Services } from '../../services.ts';
import { askerOfToken } from '../../use-cases/api-tokens.ts';

export interface ApiLimits {
  /** Requests of one token in a minute. */
  readonly perToken: number;
  /** Requests without a good token from one address in a minute. */
  readonly perStranger: number;
}

/** Finds out who a request's bearer token acts for, and counts. */
export interface Gatekeeper {
  /** Throws `not-signed-in` or `too-many-requests`, with the headers that say more. */
  admit(request: Request, response: Response): Promise<Asker>;
}

const A_MINUTE = 60;

export function createGatekeeper(services: Services, limits: ApiLimits): Gatekeeper {
  const tokens = new RateLimiterMemory({ points: limits.perToken, duration: A_MINUTE });
  const strangers = new RateLimiterMemory({ points: limits.perStranger, duration: A_MINUTE });
  return {
    async admit(request, response) {
      const bearer = bearerOf(request);
      try {
        if (bearer === null) throw noToken();
        const { asker, token } = await askerOfToken(services, bearer);
        const left = await count(tokens, token, response);
        response.set({
          'ratelimit-limit': String(limits.perToken),
          'ratelimit-remaining': String(left.remainingPoints),
          'ratelimit-reset': String(seconds(left)),
        });
        return asker;
      } catch (error) {
        if (error instanceof ConcordatError && error.code === 'not-signed-in') {
          await count(strangers, request.ip ?? 'unknown', response);
          response.set(
            'www-authenticate',
            bearer === null ? 'Bearer' : 'Bearer error="invalid_token"',
          );
        }
        throw error;
      }
    },
  };
}

function bearerOf(request: Request): string | null {
  const [, token] =
    /^Bearer +([\w.~+/=-]{1,200})$/iu.exec(request.get('authorization') ?? '') ?? [];
  return token ?? null;
}

function noToken(): ConcordatError {
  return new ConcordatError('not-signed-in', 'no bearer token', {
    userMessage:
      'Send a token with this request, as the header “Authorization: Bearer …”. An administrator makes one with: npx concordat token.',
  });
}

async function count(
  limiter: RateLimiterMemory,
  key: string,
  response: Response,
): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    response.set('retry-after', String(seconds(error)));
    throw new ConcordatError('too-many-requests', 'too many requests', {
      userMessage: `There were too many requests in the last minute. Wait ${seconds(error)} seconds, then go on more slowly.`,
    });
  }
}

function seconds({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}
