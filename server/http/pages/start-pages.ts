import type { Request, Router } from 'express';
import type { Asker } from '../../access/asker.ts';
import { standingOf } from '../../access/standing.ts';
import { newId } from '../../new-id.ts';
import { visiblePartnership } from '../../access/load-partnership.ts';
import {
  mayNotStart,
  roleToStart,
  startedInstance,
  startWorkflow,
} from '../../use-cases/start-workflow.ts';
import { storeUpload } from '../../use-cases/store-upload.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { askingContext } from '../instance-context.ts';
import { type PageContext, tellNext } from '../page-context.ts';

/** Starting an instance of any workflow in a partnership, by its generated form. */
export function startPages(context: PageContext, router: Router): void {
  formRoutes(context, router, '/partnerships/:partnership/start/:workflow', (request, asker) =>
    flowFor(context, request, asker),
  );
}

async function flowFor(
  { services, worker }: PageContext,
  request: Request,
  asker: Asker,
): Promise<FormFlow> {
  const params = request.params as Readonly<Record<'partnership' | 'workflow', string>>;
  const { store, workflows, clock } = services;
  const workflow = workflows.newestOf(params.workflow);
  const partnership = await visiblePartnership(services, asker, params.partnership);
  const standing = await standingOf(store, asker.person, partnership.id);
  if (roleToStart(services, workflow, partnership, standing) === null) throw mayNotStart(workflow);
  const { definition, startForm } = workflow;
  const { label } = definition.start;
  const home = `/partnerships/${partnership.id}`;
  const course = await store.instances.get(partnership.instance);
  return {
    asker,
    frame: {
      title: `${label}: ${partnership.title}`,
      banners: course?.banner ? [{ title: course.banner }] : [],
      breadcrumbs: [
        { text: 'Partnerships', href: '/partnerships' },
        { text: partnership.title, href: home },
        { text: label },
      ],
    },
    fresh: { _key: newId() },
    page: {
      schema: startForm.shown,
      action: `${home}/start/${definition.id}`,
      heading: label,
      caption: partnership.title,
      lead: [definition.summary],
      submit: label,
      grave: false,
      confirm: null,
      documents: [],
      context: await askingContext(services, asker, {
        partnership: partnership.id,
        instance: null,
        workflow: definition.id,
        schema: startForm.shown,
        scope: {
          today: clock.now().slice(0, 10),
          by: { person: asker.person.id, organisation: standing.organisation },
          partnership,
          data: {},
        },
      }),
      cancel: { href: home, text: 'Cancel' },
    },
    // The id is known beforehand, so that files which come with the form belong to it from the first.
    keep: (upload, carried) =>
      storeUpload(
        services,
        {
          partnership: partnership.id,
          instance: startedInstance(asker, definition.id, carried['_key'] ?? ''),
        },
        upload,
      ),
    async send(form, carried) {
      const answer = await startWorkflow(services, asker, {
        workflow: definition.id,
        partnership: partnership.id,
        form,
        idempotencyKey: carried['_key'] ?? '',
      });
      worker.wake();
      if (answer.repeated) {
        tellNext(
          request,
          'Already started',
          `“${label}” came twice. It was started once: here it is.`,
        );
      } else tellNext(request, 'Started', `“${definition.title}” has been started.`);
      return `/instances/${answer.instance}`;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}
