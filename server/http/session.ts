import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { asError } from '../as-error.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Clock } from '../clock.ts';
import { keptFor } from '../kept-for.ts';
import type { Log } from '../log.ts';
import { newToken } from '../new-id.ts';
import { sha256 } from '../sha256.ts';
import { damaged } from '../store/damaged.ts';
import type { SessionStore } from '../store/session-store.ts';

declare module 'express-session' {
  interface SessionData {
    /** Whoever is signed in. */
    person: string;
    /** Hash of the address by which they signed in: with another one they sign in anew. */
    address: string;
    /** The access of theirs in which they signed in; empty while none has been ended. */
    access: string;
    /** Sign-in links that this browser asked for, the newest last. */
    asked: readonly string[];
    /** Said once on the next page. */
    notice: { title: string; text: string; success: boolean; href?: string; linkText?: string };
    /** Forms that were filled in and wait for "check your answers", by page. */
    drafts: Record<string, JsonObject>;
  }
}

/** People stay signed in for twelve hours after they were last seen. */
const MAX_AGE_MS = 12 * 3_600_000;
/** How much older a session may be written down than it is. */
const TOUCH_AFTER_MS = 10 * 60_000;
/** The last of an answer whose head has gone waits no longer than this for its session. */
const END_WITHIN_MS = 1_000;
const FOREVER = '9999-12-31T00:00:00.000Z';
const SECRET_ID = 'signing-secret';

/** Signed-in browsers, kept in the store so that any process can answer. */
export async function sessions(
  store: SessionStore,
  clock: Clock,
  url: string,
  log: Log,
): Promise<RequestHandler> {
  const secure = url.startsWith('https:');
  const keeper = session({
    name: 'concordat',
    secret: await signingSecret(store),
    store: createSessionKeeper(store, clock),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure,
      maxAge: MAX_AGE_MS,
    },
  });
  return (request, response, next) => {
    // The address people type decides, whatever a proxy hands on: else no cookie would be set.
    if (secure) Object.defineProperty(request, 'secure', { value: true });
    let begun = false;
    keeper(request, response, (error?: unknown) => {
      if (begun) {
        // The answer has gone, whole; to hand this on would only cut the connection.
        log.error({ err: error }, 'a session could not be kept');
        return;
      }
      begun = true;
      if (error) return next(error);
      redirectOnceKept(request, response, next);
      letAnswerGo(request, response);
      next();
    });
  };
}

/**
 * The session keeper lets the head of an answer go before the session is in the store, and a browser
 * follows a redirect as soon as it has read that: it would arrive signed out, or without its notice.
 */
function redirectOnceKept(request: Request, response: Response, next: NextFunction): void {
  const redirect = response.redirect.bind(response) as (...to: unknown[]) => void;
  const onceKept = (...to: unknown[]): void => {
    const { session: now } = request as { session?: Request['session'] };
    // An empty session is not kept; a destroyed one is gone.
    if (!now || Object.keys(now).length <= 1) return redirect(...to);
    keepSession(request)
      .then(() => redirect(...to))
      .catch(next);
  };
  response.redirect = onceKept;
}

/**
 * The session keeper holds back the end of an answer until the session is in the store. A store that is silent must not
 * keep a reader waiting who has the rest of the page.
 */
function letAnswerGo(request: Request, response: Response): void {
  const { sessionStore } = request;
  const set: session.Store['set'] = (id, data, done) => {
    let told = false;
    const tell = (error?: unknown): void => {
      if (!told) done?.(error);
      told = true;
    };
    const late = setTimeout(() => {
      if (response.headersSent) tell();
    }, END_WITHIN_MS);
    sessionStore.set(id, data, (error?: unknown) => {
      clearTimeout(late);
      tell(error);
    });
  };
  const own = Object.create(sessionStore) as Request['sessionStore'];
  request.sessionStore = Object.assign(own, { set });
}

/** Writes the session down now, for an answer that must not go out without it. */
export function keepSession({ session: now }: Pick<Request, 'session'>): Promise<void> {
  return new Promise((resolve, reject) => {
    now.save((error: unknown) => (error ? reject(asError(error)) : resolve()));
  });
}

/** Made at the first start and kept, one for all processes: nobody has to think of a secret. */
async function signingSecret(store: SessionStore): Promise<string> {
  const { secret } = await store.keepFirst(SECRET_ID, { secret: newToken() }, FOREVER);
  if (typeof secret !== 'string') throw damaged('the secret that signs sessions is no text', {});
  return secret;
}

/** express-session's store over ours. The cookie's id is kept only as a hash. */
function createSessionKeeper(store: SessionStore, clock: Clock): session.Store {
  const settle = <T>(work: Promise<T>, done?: (error?: unknown, value?: T) => void): void => {
    work.then(
      (value) => done?.(undefined, value),
      (error: unknown) => done?.(error),
    );
  };
  /** When each session ends, as it was kept last: a page that is only looked at asks once. */
  const ends = keptFor<number>(10_000)(store);
  const expiry = (data: session.SessionData): string => {
    const { expires } = data.cookie;
    const fallback = Date.parse(clock.now()) + MAX_AGE_MS;
    return new Date(expires ?? fallback).toISOString();
  };
  return Object.assign(Object.create(session.Store.prototype) as session.Store, {
    get(id: string, done: (error?: unknown, data?: session.SessionData | null) => void) {
      const found = store.get(sha256(id), clock.now()).then((data) => {
        const kept = data as unknown as session.SessionData | undefined;
        if (kept) ends.set(id, Date.parse(expiry(kept)));
        return kept ?? null;
      });
      settle(found, done);
    },
    set(id: string, data: session.SessionData, done?: (error?: unknown) => void) {
      // Through JSON, as the cookie's dates are no plain data.
      const plain = JSON.parse(JSON.stringify(data)) as JsonObject;
      settle(store.set(sha256(id), plain, expiry(data)), done);
    },
    destroy(id: string, done?: (error?: unknown) => void) {
      settle(store.destroy(sha256(id)), done);
    },
    touch(id: string, data: session.SessionData, done?: (error?: unknown) => void) {
      // Looking at a page must not cost a write each time, nor wait for one, nor fail because of it.
      const end = expiry(data);
      const keep = async (): Promise<void> => {
        if (Date.parse(end) - (ends.get(id) ?? 0) < TOUCH_AFTER_MS) return;
        // whoever signed out meanwhile is not signed in again by a page that was still on its way
        if ((await store.get(sha256(id), clock.now())) === undefined) return;
        const plain = JSON.parse(JSON.stringify(data)) as JsonObject;
        await store.set(sha256(id), plain, end);
      };
      keep().catch(() => undefined);
      done?.();
    },
  });
}
