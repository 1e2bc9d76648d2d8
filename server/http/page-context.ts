import type { Request, Response } from 'express';
import { ConcordatError } from '../../engine/errors.ts';
import { type PageFrame, presentPage } from '../../web/presenters/page.ts';
import type { Asker } from '../access/asker.ts';
import { type Duties, dutiesOf } from '../access/duties.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
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
  const { person: id, address, access = '' } = request.session;
  const person = id === undefined ? undefined : await services.store.directory.person(id);
  const open = person?.disabledAt === null && access === (person.accessId ?? '');
  if (person && open && address === sha256(person.email)) return { kind: 'person', person };
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
    /** What the asker looks after, where the store is not to be asked for it. */
    readonly duties?: Duties;
    readonly status?: number;
    /** The name at the top, where the store is not to be asked for it. */
    readonly installation?: string;
  },
): Promise<void> {
  const { services, views } = context;
  const person = page.asker?.kind === 'person' ? page.asker.person : undefined;
  const [name, duties] = await Promise.all([
    page.installation ?? services.store.installation.get().then((known) => known?.name),
    page.duties ?? (person && dutiesOf(services.store, person)),
  ]);
  const { notice } = request.session ?? {};
  if (notice) delete request.session.notice;
  const frame = presentPage({
    ...(notice ? { notice } : {}),
    ...page.frame,
    installation: name ?? 'Concordat',
    path: request.path,
    ...(person && duties ? { person: { ...person, ...duties } } : {}),
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
