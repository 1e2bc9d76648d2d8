import type { Request, Response } from 'express';
import { type RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ConcordatError } from '../../engine/errors.ts';
import { type PageFrame, presentPage } from '../../web/presenters/page.ts';
import type { Asker } from '../access/asker.ts';
import { dutiesOf } from '../access/duties.ts';
import type { Services } from '../services.ts';
import type { Worker } from '../worker/worker.ts';
import type { Views } from './views.ts';

/** What page handlers stand on. */
export interface PageContext {
  readonly services: Services;
  readonly worker: Pick<Worker, 'wake'>;
  readonly views: Views;
}

/** What a page says of itself; the rest of the frame comes from the request. */
export type OwnFrame = Omit<PageFrame, 'installation' | 'path' | 'person'>;

/** Whoever is signed in; throws `not-signed-in`, upon which the browser is led to the sign-in page. */
export async function signedIn({ services }: PageContext, request: Request): Promise<Asker> {
  const id = request.session.person;
  const person = id === undefined ? undefined : await services.store.directory.person(id);
  if (person && person.disabledAt === null) return { kind: 'person', person };
  throw new ConcordatError('not-signed-in', 'nobody is signed in', {
    userMessage: 'Sign in to see this page.',
  });
}

/** Sends a page: its own content within the frame of every page. */
export async function sendPage(
  context: PageContext,
  request: Request,
  response: Response,
  page: {
    readonly view: string;
    readonly frame: OwnFrame;
    readonly content?: object;
    readonly asker?: Asker;
    readonly status?: number;
  },
): Promise<void> {
  const { services, views } = context;
  const installation = await services.store.installation.get();
  const { notice } = request.session ?? {};
  if (notice) delete request.session.notice;
  const person = page.asker?.kind === 'person' ? page.asker.person : undefined;
  const frame = presentPage({
    ...(notice ? { notice } : {}),
    ...page.frame,
    installation: installation?.name ?? 'Concordat',
    path: request.path,
    ...(person ? { person: { ...person, ...(await dutiesOf(services.store, person)) } } : {}),
  });
  // A page shows what is true now; a browser's back button must not bring an old truth.
  response.set('cache-control', 'no-store');
  // What cannot be done now can be done later: programs that read the page know when to ask again.
  if (page.status === 503) response.set('retry-after', '30');
  response
    .status(page.status ?? 200)
    .type('html')
    .send(views.render(page.view, { ...page.content, page: frame }));
}

/** Says something on the next page that is shown. */
export function tellNext(
  request: Request,
  title: string,
  text: string,
  next?: { readonly href: string; readonly linkText: string },
): void {
  request.session.notice = { title, text, success: true, ...next };
}

/** Throws `too-many-requests` if there were too many tries already; counts nothing. */
export async function refuseIfSpent(limiter: RateLimiterMemory, key: string): Promise<void> {
  const tried = await limiter.get(key);
  if (tried && tried.consumedPoints > limiter.points) throw tooManyTries(tried);
}

/** Counts one try; throws `too-many-requests` when there were too many. */
export async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw tooManyTries(error);
  }
}

function tooManyTries({ msBeforeNext }: RateLimiterRes): ConcordatError {
  const minutes = Math.max(1, Math.ceil(msBeforeNext / 60_000));
  const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return new ConcordatError('too-many-requests', 'too many tries', {
    userMessage: `There were too many tries in a short time. Wait ${wait}, then try again.`,
  });
}
