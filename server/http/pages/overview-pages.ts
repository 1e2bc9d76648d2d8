import type { Router } from 'express';
import type { PageContext } from '../page-context.ts';
import { newPartnershipPages } from './new-partnership-pages.ts';
import { partnershipListPages } from './partnership-list-pages.ts';
import { partnershipPages } from './partnership-pages.ts';
import { peoplePages } from './people-pages.ts';

/** Everything that looks across records. Addresses with a fixed word come before those with an id. */
export function overviewPages(context: PageContext, router: Router): void {
  partnershipListPages(context, router);
  newPartnershipPages(context, router);
  partnershipPages(context, router);
  peoplePages(context, router);
}
