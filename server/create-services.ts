import { join } from 'node:path';
import type { Catalogue } from '../engine/lint.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Config } from './settings.ts';
import { createDocumentRenderer } from './documents/document-renderer.ts';
import { readTemplates } from './documents/template-library.ts';
import { installationRoot } from './installation-root.ts';
import { createLog, type Log } from './log.ts';
import { createMailSender } from './mail/create-mail-sender.ts';
import { loadMailTemplates } from './mail/mail-template-library.ts';
import type { MailSender } from './mail/mail-sender.ts';
import { lintCatalogue } from './lint-catalogue.ts';
import { createMetrics } from './observe/metrics.ts';
import { observeWith } from './observe/observe-with.ts';
import { createRecentTrouble } from './observe/recent-trouble.ts';
import { createSpans } from './observe/spans.ts';
import { watchedDocuments, watchedMail, watchedStore } from './observe/watched-parts.ts';
import { createWorkflowCheck, readCheckedList } from './runtime/check-workflow.ts';
import { createKnowsDefinition } from './runtime/known-here.ts';
import { createRuntime } from './runtime/runtime.ts';
import { readWorkflowFiles } from './runtime/workflow-file.ts';
import { openWorkflowLibrary } from './runtime/workflow-library.ts';
import type { Services } from './services.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { createLongWorkRunner } from './work/long-work-runner.ts';

/** What a test or the demo puts in place of the usual part. */
export interface OwnParts {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly store?: Store;
  readonly mail?: MailSender;
  /** Folder of the workflow files. */
  readonly workflows?: string;
}

/**
 * Opens the store, reads workflows and templates and wires everything together. Throws what opening
 * the store throws, `definition-changed`, `definition-refused` and `template-refused`.
 */
export async function createServices(config: Config, own: OwnParts = {}): Promise<Services> {
  const log = own.log ?? createLog({ level: config.logLevel });
  const root = installationRoot();
  const libraryDirectory = join(root, 'templates');
  const opened = own.store ?? (await openStore(config.store, 'serve'));
  const clock = own.clock ?? systemClock(() => Date.now() + opened.clockOffset());
  const metrics = config.metrics === null ? null : createMetrics();
  const trouble = createRecentTrouble(clock);
  const observer = observeWith([createSpans(), metrics, trouble].filter((one) => one !== null));
  const store = watchedStore(opened, observer);
  try {
    const workflowFolder = own.workflows ?? join(root, 'workflows');
    const [templates, mailTemplates, files, passed] = await Promise.all([
      readTemplates(libraryDirectory),
      loadMailTemplates(join(libraryDirectory, 'emails')),
      readWorkflowFiles(workflowFolder),
      readCheckedList(join(root, 'workflows')),
    ]);
    const catalogue = (): Catalogue =>
      lintCatalogue({
        templates,
        mailTemplates,
        workflows: files.flatMap(({ definition }) => definition?.id ?? []),
      });
    const workflows = await openWorkflowLibrary({
      files,
      definitions: store.definitions,
      check: createWorkflowCheck(catalogue, passed),
      knows: createKnowsDefinition(catalogue, passed),
      now: clock.now(),
    });
    return {
      config,
      clock,
      log,
      store,
      workflows,
      runtime: createRuntime({ store, workflows, clock, observer }),
      mail: watchedMail(own.mail ?? createMailSender(config), observer),
      mailTemplates,
      documents: watchedDocuments(
        createDocumentRenderer({ libraryDirectory, concurrency: config.workers }),
        observer,
      ),
      templates,
      longWork: createLongWorkRunner({ store, clock, log }),
      observer,
      metrics,
      trouble,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Ends what `createServices` opened. */
export async function closeServices(services: Services): Promise<void> {
  await services.longWork.stop();
  await services.documents.close();
  await services.mail.close();
  await services.store.close();
}
