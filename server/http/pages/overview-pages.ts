import type { Router } from 'express';
import type { PageContext } from '../page-context.ts';
import { backupPages } from './backup-pages.ts';
import { datesPages } from './dates-pages.ts';
import { exportPages } from './export-pages.ts';
import { newPartnershipPages } from './new-partnership-pages.ts';
import { partnershipListPages } from './partnership-list-pages.ts';
import { partnershipPages } from './partnership-pages.ts';
import { peoplePages } from './people-pages.ts';
import { organisationPages } from './organisation-pages.ts';
import { parkedTaskPages } from './parked-task-pages.ts';
import { registerPages } from './register-pages.ts';
import { sentMailPages } from './sent-mail-pages.ts';
import { settingsPages } from './settings-pages.ts';
import { settingsPeoplePages } from './settings-people-pages.ts';
import { tokenPages } from './token-pages.ts';
import { workPages } from './work-pages.ts';
import { workflowPages } from './workflow-pages.ts';

/** Everything that looks across records. Addresses with a fixed word come before those with an id. */
export function overviewPages(context: PageContext, router: Router): void {
  workPages(context, router);
  datesPages(context, router);
  partnershipListPages(context, router);
  newPartnershipPages(context, router);
  partnershipPages(context, router);
  peoplePages(context, router);
  exportPages(context, router);
  registerPages(context, router);
  sentMailPages(context, router);
  parkedTaskPages(context, router);
  organisationPages(context, router);
  settingsPages(context, router);
  settingsPeoplePages(context, router);
  tokenPages(context, router);
  backupPages(context, router);
  workflowPages(context, router);
}
