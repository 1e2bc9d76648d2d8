import type { WorkflowDefinition } from '../definition.ts';
import type { StateTree } from '../state-tree.ts';
import type { Report } from './finding.ts';

/** What there is around a workflow: the names it may use that are not its own. */
export interface Catalogue {
  readonly templates: {
    readonly documents: ReadonlySet<string>;
    readonly emails: ReadonlySet<string>;
  };
  readonly workflows: ReadonlySet<string>;
  readonly membershipRoles: ReadonlySet<string>;
}

export interface LintContext {
  readonly definition: WorkflowDefinition;
  readonly tree: StateTree;
  readonly catalogue: Catalogue;
  /** The names of the documents this workflow makes. */
  readonly documents: ReadonlySet<string>;
}

export type Rule = (context: LintContext, report: Report) => void;
