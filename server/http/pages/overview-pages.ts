import type { Router } from 'express';
import type { PageContext } from '../page-context.ts';
import { newPartnershipPages } from './new-partnership-pages.ts';
import { partnershipListPages } from './partnership-list-pages.ts';
import { partnershipPages } from './partnership-pages.ts';
import { peoplePages } from './people-pages.ts';
import { registerPages } from './register-pages.ts';
import { workPages } from './work-pages.ts';

/** Everything that looks across records. Addresses with a fixed word come before those with an id. */
export function overviewPages(context: PageContext, router: Router): void {
  workPages(context, router);
  partnershipListPages(context, router);
  newPartnershipPages(context, router);
  partnershipPages(context, router);
  peoplePages(context, router);
  registerPages(context, router);
}
