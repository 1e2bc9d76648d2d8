import type { Catalogue } from '../engine/lint.ts';
import { MEMBERSHIP_ROLES } from './access/standing.ts';
import type { TemplateLibrary } from './documents/template-library.ts';
import type { MailTemplates } from './mail/mail-template-library.ts';

/** The names that a workflow may use here: the templates, workflows and membership roles there are. */
export function lintCatalogue(known: {
  readonly templates: TemplateLibrary;
  readonly mailTemplates: MailTemplates;
  readonly workflows: Iterable<string>;
}): Catalogue {
  return {
    templates: {
      documents: new Set(known.templates.list().map(({ key }) => key)),
      emails: new Set(known.mailTemplates.names()),
    },
    workflows: new Set(known.workflows),
    membershipRoles: new Set(Object.keys(MEMBERSHIP_ROLES)),
  };
}
