import type { SetUpAnswers } from '../../server/use-cases/set-up.ts';

/** What the administrator of most tests has answered at the set-up. */
export const SET_UP_ANSWERS: SetUpAnswers = {
  installation: 'Northshire Partnerships',
  organisation: 'Northshire Council',
  kind: 'council',
  name: 'Amina Yusuf',
  email: 'amina@northshire.example',
  timeZone: 'Europe/London',
  region: 'GB-ENG',
  currency: 'GBP',
};
