import type { Clock } from './clock.ts';
import type { Config } from './settings.ts';
import type { DocumentRenderer } from './documents/document-renderer.ts';
import type { TemplateLibrary } from './documents/template-library.ts';
import type { Log } from './log.ts';
import type { MailSender } from './mail/mail-sender.ts';
import type { MailTemplates } from './mail/mail-template-library.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Observer } from './observe/observer.ts';
import type { RecentTrouble } from './observe/recent-trouble.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { WorkflowLibrary } from './runtime/workflow-library.ts';
import type { Store } from './store/store.ts';
import type { LongWorkRunner } from './work/long-work-runner.ts';

/** Everything the use cases and the worker stand on; the same in tests and production. */
export interface Services {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly workflows: WorkflowLibrary;
  readonly runtime: Runtime;
  readonly mail: MailSender;
  readonly mailTemplates: MailTemplates;
  readonly documents: DocumentRenderer;
  readonly templates: TemplateLibrary;
  readonly longWork: LongWorkRunner;
  readonly observer: Observer;
  /** Null when nobody asked for figures. */
  readonly metrics: Metrics | null;
  readonly trouble: RecentTrouble;
}
