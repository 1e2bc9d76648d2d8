import type { Router } from 'express';
import type { CompiledWorkflow } from '../../../engine/compile.ts';
import { describeWorkflow } from '../../../engine/describe.ts';
import { type Finding, lintDefinition } from '../../../engine/lint.ts';
import { presentWorkflow } from '../../../web/presenters/workflow-page.ts';
import { diagramSvg } from '../../diagram/diagram-svg.ts';
import { workflowGraph } from '../../diagram/workflow-graph.ts';
import { lintCatalogue } from '../../lint-catalogue.ts';
import { settingsSchema } from '../../use-cases/workflow-settings.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';

/** What the workflows are: each told in plain English, with its picture. */
export function workflowPages(context: PageContext, router: Router): void {
  const { services } = context;
  // Both take a while and are the same for ever: a published version never changes.
  const diagrams = new WeakMap<CompiledWorkflow, Promise<string>>();
  const findings = new WeakMap<CompiledWorkflow, readonly Finding[]>();

  function check(workflow: CompiledWorkflow): readonly Finding[] {
    const known = findings.get(workflow);
    if (known) return known;
    const found = lintDefinition(
      workflow.definition,
      lintCatalogue({
        templates: services.templates,
        mailTemplates: services.mailTemplates,
        workflows: services.workflows.newest().map(({ definition }) => definition.id),
      }),
    );
    findings.set(workflow, found);
    return found;
  }

  router.get('/workflows', async (request, response) => {
    const asker = await signedIn(context, request);
    await sendPage(context, request, response, {
      view: 'pages/workflows',
      frame: { title: 'Workflows' },
      content: {
        workflows: services.workflows.newest().map(({ definition }) => ({
          href: `/workflows/${definition.id}`,
          title: definition.title,
          summary: definition.summary,
          version: definition.version,
        })),
      },
      asker,
    });
  });

  router.get('/workflows/:id', async (request, response) => {
    const asker = await signedIn(context, request);
    const workflow = services.workflows.newestOf(request.params.id);
    const titles = new Map(
      services.workflows.newest().map(({ definition }) => [definition.id, definition.title]),
    );
    const story = describeWorkflow(workflow.definition, { workflow: (id) => titles.get(id) });
    const { id, version } = workflow.definition;
    await sendPage(context, request, response, {
      view: 'pages/workflow',
      frame: {
        title: story.title,
        breadcrumbs: [{ text: 'Workflows', href: '/workflows' }, { text: story.title }],
      },
      content: {
        workflow: presentWorkflow({
          id,
          version,
          hash: workflow.hash,
          story,
          findings: check(workflow),
          maySet: asker.person.administrator && settingsSchema(workflow.definition) !== null,
        }),
      },
      asker,
    });
  });

  router.get('/workflows/:id/workflow.json', async (request, response) => {
    await signedIn(context, request);
    const { definition } = services.workflows.newestOf(request.params.id);
    response.set('cache-control', 'private, no-store');
    response.attachment(`${definition.id}.json`).type('application/json');
    response.send(`${JSON.stringify(definition, null, 2)}\n`);
  });

  router.get('/workflows/:id/diagram.svg', async (request, response) => {
    await signedIn(context, request);
    const workflow = services.workflows.newestOf(request.params.id);
    const drawn = diagrams.get(workflow) ?? diagramSvg(workflowGraph(workflow.definition));
    diagrams.set(workflow, drawn);
    response.set('cache-control', 'private, max-age=3600');
    response.type('image/svg+xml').send(await drawn);
  });
}
