import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { isKnownRegion } from '../holiday-calendar.ts';
import type { Services } from '../services.ts';
import { requireInstallation } from './installation.ts';
import { requireAdministrator } from './require-overseer.ts';

/** What was said at set-up and can be changed. */
export interface InstallationAnswers {
  readonly name: string;
  readonly timeZone: string;
  readonly region: string;
  readonly currency: string;
}

/** Changes what holds for the whole installation; what runs keeps the time zone it was started with. */
export async function changeInstallation(
  { store }: Pick<Services, 'store'>,
  asker: Asker,
  answers: InstallationAnswers,
): Promise<void> {
  requireAdministrator(asker);
  if (!isKnownRegion(answers.region)) {
    throw new ConcordatError('invalid-input', `unknown region ${answers.region}`, {
      userMessage: 'Choose one of the regions of the list, so that its public holidays are known.',
      details: {
        problems: [{ path: '/region', keyword: 'reference', params: {}, message: 'unknown' }],
      },
    });
  }
  const { name, timeZone, region, currency } = answers;
  await store.installation.put({
    ...(await requireInstallation(store)),
    name: name.trim(),
    timeZone,
    region,
    currency,
  });
}
