import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { readForm, type FormReading } from '../../server/http/form/read-form.ts';
import { readPost } from '../../server/http/form/read-post.ts';
import { createViews } from '../../server/http/views.ts';
import { isConcordatError } from '../../engine/errors.ts';
import { ASSETS_URL, PUBLIC_DIRECTORY, VIEWS_DIRECTORY } from '../../web/asset-manifest.ts';
import { errorPage } from '../../web/presenters/error-page.ts';
import { presentForm } from '../../web/presenters/form.ts';
import { type PageFrame, presentPage } from '../../web/presenters/page.ts';
import { checkAnswers } from '../../web/presenters/summary.ts';
import { everyContext, everyField, goodValues } from '../server/forms/every-field.ts';
import { builtAssets } from './built-assets.ts';
import { everyPart } from './every-part.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export interface KitchenSink {
  readonly url: string;
  /** What the last form that was sent was read as. */
  last(): FormReading | undefined;
  stop(): Promise<void>;
}

const person = { name: 'Amina Yusuf', administrator: true, coordinates: true, leads: false };

function frame(title: string, more: Partial<PageFrame> = {}) {
  return presentPage({
    title,
    installation: 'Northshire partnerships',
    path: '/partnerships/1',
    person,
    ...more,
  });
}

/** A small server that shows every form control, every partial and every error page. */
export async function startKitchenSink(): Promise<KitchenSink> {
  const folder = mkdtempSync(join(tmpdir(), 'kitchen-sink-'));
  cpSync(VIEWS_DIRECTORY, folder, { recursive: true });
  cpSync(fileURLToPath(new URL('./views', import.meta.url)), folder, { recursive: true });
  const views = createViews({ directory: folder, assets: builtAssets() });
  let last: FormReading | undefined;
  const app = express();
  app.use((_, response, next) => {
    response.setHeader('content-security-policy', POLICY);
    next();
  });
  app.use(ASSETS_URL, express.static(PUBLIC_DIRECTORY, { immutable: true, maxAge: '1y' }));
  app.use(express.urlencoded({ extended: false, limit: '2mb', parameterLimit: 2000 }));
  const showForm = (reading?: FormReading): string => {
    const errors = reading?.errors ?? [];
    return views.render('pages/form', {
      page: frame('Raise a dispute', {
        hasErrors: errors.length > 0,
        back: { href: '/parts', text: 'Back' },
      }),
      caption: 'Night shelter partnership',
      heading: 'Raise a dispute',
      lead: ['Both managers are told at once. Work goes on meanwhile.'],
      form: presentForm({
        schema: everyField,
        action: '/form',
        context: everyContext,
        submit: 'Continue',
        errors,
        ...(reading === undefined ? {} : { typed: reading.typed }),
        ...(reading === undefined || reading.action.did === 'submit'
          ? {}
          : { focus: reading.action }),
      }),
    });
  };
  app.get('/form', (_, response) => {
    response.send(showForm());
  });
  app.post('/form', async (request, response) => {
    const { fields, files } = await readPost(request);
    last = readForm({ schema: everyField, fields, files, context: everyContext });
    if (last.action.did !== 'submit' || last.errors.length > 0) {
      response.status(last.errors.length > 0 ? 422 : 200).send(showForm(last));
    } else {
      response.redirect(303, '/check');
    }
  });
  app.get('/check', (_, response) => {
    const rows = checkAnswers({
      schema: everyField,
      values: last && last.errors.length === 0 ? last.values : goodValues,
      context: {
        ...everyContext,
        documents: new Map([[goodValues.evidence, 'minutes of 3 March 2027.pdf']]),
        documentUrl: (hash) => `/documents/${hash}`,
      },
      changeHref: (id) => `/form#${id}`,
      emptyText: 'Not given',
    });
    response.send(
      views.render('pages/check-answers', {
        page: frame('Check your answers', { back: { href: '/form', text: 'Back' } }),
        heading: 'Check your answers',
        warning: 'This opens the first level. Its clock starts now.',
        rows,
        action: '/form',
        submit: 'Raise the dispute',
        submitKind: '',
        cancel: { href: '/parts', text: 'Do not raise it' },
      }),
    );
  });
  app.get('/parts', (_, response) => {
    const { banner, notice, breadcrumbs, ...parts } = everyPart();
    response.send(
      views.render('pages/every-part', {
        page: frame('Every part', { banners: [banner], notice, breadcrumbs }),
        ...parts,
      }),
    );
  });
  const asked = new Map<string, number>();
  app.get('/work-under-way', (request, response) => {
    const rounds = (asked.get(request.originalUrl) ?? 0) + 1;
    asked.set(request.originalUrl, rounds);
    const ready = rounds > Number(request.query['rounds']);
    const progress = {
      text: `Page ${rounds} of 3 is being drawn.`,
      known: true,
      percent: rounds * 33,
      href: request.originalUrl,
    };
    response.send(views.render('pages/under-way', { page: frame('Agreement'), ready, progress }));
  });
  app.get('/done', (_, response) => {
    response.send(
      views.render('pages/confirmation', {
        page: frame('Approved'),
        panel: {
          title: 'You have approved the agreement',
          text: 'Reference',
          reference: 'NSP-2027-014',
        },
        next: ['We have told the other partners. You will get the executed copy by e-mail.'],
        links: [{ href: '/parts', text: 'Read the agreement' }],
      }),
    );
  });
  app.get('/errors/:status', (request, response) => {
    const status = Number(request.params.status);
    const error = errorPage(status, status === 500 ? { reference: 'k3v9-77' } : {});
    response.status(status).send(views.render('pages/error', { page: frame(error.title), error }));
  });
  app.use(
    (
      error: unknown,
      _: express.Request,
      response: express.Response,
      next: express.NextFunction,
    ) => {
      if (!isConcordatError(error)) {
        next(error);
        return;
      }
      const status = error.code === 'too-large' ? 413 : 400;
      const page = errorPage(status, { said: error.userMessage });
      response
        .status(status)
        .send(views.render('pages/error', { page: frame(page.title), error: page }));
    },
  );
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last: () => last,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
