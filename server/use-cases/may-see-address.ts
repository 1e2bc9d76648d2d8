import { isOverseer } from './require-overseer.ts';
import type { Asker } from '../access/asker.ts';
import type { PersonStanding } from '../access/standing.ts';

/**
 * Whether an asker is shown somebody's e-mail address: that of a colleague; any, for those who look
 * after the installation and for whoever leads or coordinates the partnership they are shown in
 * (`standing`; null outside of one). Partners reach each other through the record.
 */
export function maySeeAddress(
  asker: Asker,
  { organisation }: { readonly organisation: string },
  standing: PersonStanding | null,
): boolean {
  if (isOverseer(asker)) return true;
  if (standing === null) return organisation === asker.person.organisation;
  const manages = standing.roles.includes('coordinator') || standing.roles.includes('lead');
  return manages || (standing.roles.length > 0 && organisation === standing.organisation);
}
