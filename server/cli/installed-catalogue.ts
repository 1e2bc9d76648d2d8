import { join } from 'node:path';
import type { Catalogue } from '../../engine/lint.ts';
import { loadTemplates } from '../documents/template-library.ts';
import { installationRoot } from '../installation-root.ts';
import { lintCatalogue } from '../lint-catalogue.ts';
import { loadMailTemplates } from '../mail/mail-template-library.ts';
import { readWorkflowFiles } from '../runtime/workflow-file.ts';

/** What the workflows of this installation may name, and those that are checked together with them. */
export async function installedCatalogue(besides: Iterable<string>): Promise<Catalogue> {
  const root = installationRoot();
  const [templates, mailTemplates, files] = await Promise.all([
    loadTemplates(join(root, 'templates')),
    loadMailTemplates(join(root, 'templates/emails')),
    readWorkflowFiles(join(root, 'workflows')),
  ]);
  const workflows = [...files.map(({ definition }) => definition.id), ...besides];
  return lintCatalogue({ templates, mailTemplates, workflows });
}
