import type { Request, Response } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import type { Asker } from '../../access/asker.ts';
import type { Services } from '../../services.ts';
import { askerOfToken } from '../../use-cases/api-tokens.ts';
import { countTry, type RateLimit, rateLimit } from '../rate-limit.ts';

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

export function createGatekeeper(services: Services, limits: ApiLimits): Gatekeeper {
  const tokens = rateLimit('requests of a token', limits.perToken, 1);
  const strangers = rateLimit('requests without a token, by address', limits.perStranger, 1);

  async function count(limit: RateLimit, key: string, response: Response) {
    try {
      return await countTry(services, limit, key);
    } catch (error) {
      if (!(error instanceof ConcordatError) || error.code !== 'too-many-requests') throw error;
      const wait = seconds(Number(error.details['waitMs']));
      response.set('retry-after', String(wait));
      throw new ConcordatError('too-many-requests', 'too many requests', {
        userMessage: `There were too many requests in the last minute. Wait ${wait} seconds, then go on more slowly.`,
      });
    }
  }

  return {
    async admit(request, response) {
      const bearer = bearerOf(request);
      try {
        if (bearer === null) throw noToken();
        const asker = await askerOfToken(services, bearer);
        const { left, waitMs } = await count(tokens, asker.token, response);
        response.set({
          'ratelimit-limit': String(limits.perToken),
          'ratelimit-remaining': String(left),
          'ratelimit-reset': String(seconds(waitMs)),
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

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}
