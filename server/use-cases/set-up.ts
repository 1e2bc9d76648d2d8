import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { linkAddress } from '../instance-address.ts';
import { sendMail, type MailOutcome } from '../mail/send-mail.ts';
import { isKnownRegion } from '../holiday-calendar.ts';
import { derivedId, newId, newToken } from '../new-id.ts';
import { tasksPart } from '../observe/check-health.ts';
import { workLeft } from '../observe/work-left.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import { newLink } from '../store/new-link.ts';
import type { OrganisationKind, Person } from '../store/directory.ts';

const SET_UP_LINK = 'set-up';
const FOREVER = '9999-12-31T00:00:00.000Z';

/**
 * The one-time set-up link that the server prints, or null once somebody has set this installation
 * up. Each start prints a new one, and older ones end.
 */
export async function setUpLink({ store, clock, config }: Services): Promise<string | null> {
  if (await store.installation.get()) return null;
  const token = newToken();
  await store.links.put(
    newLink({
      id: SET_UP_LINK,
      purpose: 'set-up',
      tokenHashes: [sha256(token)],
      createdAt: clock.now(),
      expiresAt: FOREVER,
    }),
  );
  return linkAddress(config.url, token);
}

export interface SetUpAnswers {
  readonly installation: string;
  readonly organisation: string;
  readonly kind: OrganisationKind;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly region: string;
  readonly currency: string;
}

/** Throws `link-used` once somebody has set this installation up. */
export async function refuseIfSetUp({ store }: Pick<Services, 'store'>): Promise<void> {
  if (!(await store.installation.get())) return;
  throw new ConcordatError('link-used', 'set-up was done before', {
    userMessage: 'This installation has been set up already. Sign in with your e-mail address.',
  });
}

/** Makes the first organisation and its administrator. Works once; later it throws `link-used`. */
export async function completeSetUp(services: Services, answers: SetUpAnswers): Promise<Person> {
  const { store, clock } = services;
  if (!isKnownRegion(answers.region)) {
    throw new ConcordatError('invalid-input', `unknown region ${answers.region}`, {
      userMessage: 'Choose one of the regions of the list, so that its public holidays are known.',
      details: {
        problems: [{ path: '/region', keyword: 'reference', params: {}, message: 'unknown' }],
      },
    });
  }
  const now = clock.now();
  await refuseIfSetUp(services);
  // The same answers give the same ids, so that a set-up that was cut short can be sent again.
  const organisation = {
    id: derivedId('set-up', 'organisation', answers.organisation),
    name: answers.organisation,
    kind: answers.kind,
    createdAt: now,
  };
  await store.directory.putOrganisation(organisation);
  const person: Person = {
    id: derivedId('set-up', 'person', answers.email.trim().toLowerCase()),
    name: answers.name,
    email: answers.email.trim().toLowerCase(),
    organisation: organisation.id,
    administrator: true,
    coordinator: true,
    createdAt: now,
    disabledAt: null,
  };
  await store.directory.putPerson(person);
  await store.installation.put({
    name: answers.installation,
    organisation: organisation.id,
    timeZone: answers.timeZone,
    region: answers.region,
    currency: answers.currency,
    setUpAt: now,
    workflowSettings: {},
  });
  await store.links.spend(SET_UP_LINK, now);
  return person;
}

/** One thing the readiness page tried, and how it went. */
export interface ReadinessFinding {
  readonly title: string;
  readonly ready: boolean;
  readonly detail: string;
}

/** Really writes to the store, really renders a PDF, really reaches the mail server. */
export async function checkReadiness(services: Services): Promise<readonly ReadinessFinding[]> {
  const { store, mail, clock, documents, templates, log } = services;
  const [template] = templates.list();
  const tried = tryingWith(log);
  return Promise.all([
    tried('Records can be written', store.address, () => store.check()),
    tried('Documents can be drawn up', 'A PDF was made, to see that it works.', async () => {
      if (!template) throw new ConcordatError('template-unknown', 'there are no templates');
      const at = clock.now();
      const data = template.file.sample;
      await documents.render({ template: template.key, data, at, timeZone: 'UTC' });
    }),
    tried('E-mail can leave', mail.describe(), () => mail.verify()),
    tried('What is due gets done', 'No mail and no deadline is late or given up.', async () => {
      const { state, says, todo } = tasksPart(await workLeft(services));
      if (state !== 'ok')
        throw new ConcordatError('conflict', says, { userMessage: `${says} ${todo}` });
    }),
  ]);
}

function tryingWith(log: Services['log']) {
  return async (
    title: string,
    detail: string,
    work: () => Promise<void>,
  ): Promise<ReadinessFinding> => {
    try {
      await work();
      return { title, ready: true, detail };
    } catch (error) {
      log.warn({ err: error, part: title }, 'readiness: a part is not ready');
      const said =
        error instanceof ConcordatError
          ? error.userMessage
          : 'Something unexpected went wrong; the server’s log says what.';
      return { title, ready: false, detail: said };
    }
  };
}

/** Sends a mail to the administrator who asks for it, to see that it arrives. */
export async function sendTestMail(services: Services, asker: Asker): Promise<MailOutcome> {
  const { person } = asker;
  const organisation = await services.store.directory.organisation(person.organisation);
  return sendMail(services, {
    key: `test:${newId()}`,
    template: 'set-up-test',
    awaited: true,
    person,
    organisation: organisation?.name ?? null,
    with: { route: services.mail.describe() },
  });
}
