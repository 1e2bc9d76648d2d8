import express, { type Express } from 'express';
import {
  ASSETS_URL,
  assetManifest,
  PUBLIC_DIRECTORY,
  VIEWS_DIRECTORY,
} from '../web/asset-manifest.ts';
import { answerInTime } from './http/answer-in-time.ts';
import { apiRoutes } from './http/api/api-routes.ts';
import { API_BASE } from './http/api/open-api-document.ts';
import { pageErrorHandler } from './http/error-handler.ts';
import { healthRoutes } from './http/health.ts';
import type { PageContext } from './http/page-context.ts';
import { apiPages } from './http/pages/api-pages.ts';
import { instancePages } from './http/pages/instance-pages.ts';
import { oneReading } from './http/one-reading.ts';
import { linkPages } from './http/pages/link-pages.ts';
import { overviewPages } from './http/pages/overview-pages.ts';
import { readinessPages } from './http/pages/set-up-pages.ts';
import { signInPages } from './http/pages/sign-in-pages.ts';
import { sameOrigin } from './http/same-origin.ts';
import { securityHeaders } from './http/security-headers.ts';
import { sessions } from './http/session.ts';
import { createViews } from './http/views.ts';
import { watchRequests } from './http/watch-requests.ts';
import { ConcordatError } from '../engine/errors.ts';
import type { Services } from './services.ts';
import type { Worker } from './worker/worker.ts';

/** The whole web application over its services; the same in tests and production. */
export async function createApp(
  services: Services,
  worker: Pick<Worker, 'wake'>,
  isStopping: () => boolean = () => false,
): Promise<Express> {
  const { config, store, clock } = services;
  const context: PageContext = {
    services,
    worker,
    views: createViews({ directory: VIEWS_DIRECTORY, assets: assetManifest() }),
  };
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.use(securityHeaders(config.url));
  app.use(
    ASSETS_URL,
    express.static(PUBLIC_DIRECTORY, { immutable: true, maxAge: '1y', index: false }),
  );
  app.use(watchRequests(services.observer));
  healthRoutes(services, app, isStopping);
  app.use(oneReading(store));
  app.use(API_BASE, apiRoutes(context));

  const showError = pageErrorHandler(context);
  const pages = express.Router();
  pages.use(answerInTime(config.answerWithin, showError));
  // What was typed is read before the store is asked for anything, so that it outlives a store that
  // does not answer; what comes from elsewhere is not read at all.
  pages.use(sameOrigin(config.url));
  pages.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 2_000 }));
  pages.use(await sessions(store.sessions, clock, config.url, services.log));
  linkPages(context, pages);
  signInPages(context, pages);
  readinessPages(context, pages);
  apiPages(context, pages);
  instancePages(context, pages);
  overviewPages(context, pages);
  app.use(pages);

  app.use((_request, _response, next) => {
    next(
      new ConcordatError('not-found', 'no such page', { userMessage: 'There is no such page.' }),
    );
  });
  app.use(showError);
  return app;
}
