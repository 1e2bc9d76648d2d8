import type { CommitStore } from './commit-store.ts';
import type { DefinitionStore } from './definition-store.ts';
import type { Directory } from './directory.ts';
import type { DocumentStore } from './document-store.ts';
import type { FillingStore } from './filling.ts';
import type { InstallationStore } from './installation-store.ts';
import type { InstanceStore } from './instance-store.ts';
import type { LinkStore } from './link-store.ts';
import type { MailStore } from './mail-store.ts';
import type { RateLimitStore } from './rate-limit-store.ts';
import type { SessionStore } from './session-store.ts';
import type { TaskStore } from './task-store.ts';
import type { WorkStore } from './work-store.ts';

/**
 * Hears what long work is doing, in plain English, and how far it has come. What it throws or rejects
 * with ends the work.
 */
export type TellProgress = (
  step: string,
  done?: number,
  total?: number | null,
) => void | Promise<void>;

/** Everything Concordat keeps, whichever database holds it. */
export interface Store {
  readonly commits: CommitStore;
  readonly instances: InstanceStore;
  readonly tasks: TaskStore;
  readonly links: LinkStore;
  readonly directory: Directory;
  readonly documents: DocumentStore;
  readonly mails: MailStore;
  readonly definitions: DefinitionStore;
  readonly sessions: SessionStore;
  readonly rateLimits: RateLimitStore;
  readonly installation: InstallationStore;
  readonly work: WorkStore;
  readonly filling: FillingStore;
  /**
   * Milliseconds by which the store's clock is ahead of this machine's: what several processes share
   * is due by one clock. 0 where there is one machine only.
   */
  clockOffset(): number;
  /** Where it is, without secrets, for the log. */
  readonly address: string;
  /**
   * Does work that only shows something: what it reads of people, partnerships and newest commits may be
   * read once for all of it, within two seconds and until it writes.
   */
  reading<T>(work: () => T): T;
  /**
   * Where another process runs that serves from it, for whoever is about to copy it; undefined when none
   * is seen, and where opening it sees to that.
   */
  usedBy(): Promise<string | undefined>;
  /** Throws when it cannot read or write; used by the readiness page and health check. */
  check(): Promise<void>;
  /**
   * What is damaged of what stands beside the histories (indexes, tasks, links, the directory, mails),
   * in plain English; empty where the database itself sees to that.
   */
  inspect(): Promise<readonly string[]>;
  /** A consistent copy while the server runs; `tell` hears how far it has come. */
  backup(target: string, tell?: TellProgress): Promise<void>;
  close(): Promise<void>;
}
