import type { Browser, Page } from 'playwright-core';
import type { Services } from '../../../server/services.ts';
import { linkByToken, openLink, type OpenedLink } from '../../../server/use-cases/open-link.ts';
import { putPerson } from '../../../server/use-cases/manage-people.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { withdrawLink } from '../../../server/use-cases/withdraw-link.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import type { RunningServer } from '../../../server/start-server.ts';
import type { Camera } from './camera.ts';

const MORGAN = 'morgan.wyn@marlowe-vale.example';
const RHODRI = 'rhodri.wyn-griffiths@marlowe-vale.example';

/** The pages behind personal links: open ones, and each way in which one can have ended. */
export async function picturesOfLinks(
  browser: Browser,
  camera: Camera,
  server: RunningServer,
): Promise<void> {
  const { services } = server;
  const page = await browser.newPage();
  const links = async (): Promise<readonly FoundLink[]> =>
    linksInMails(services, services.config.outbox);
  const before = await links();
  const signing = ({ opened }: FoundLink): boolean =>
    opened.status === 'open' && opened.link.events.includes('SIGN');
  const taking = before.find(
    ({ opened }) => opened.status === 'open' && opened.link.purpose === 'take-part',
  );
  if (taking) await camera.visit(page, taking.address, 'link-to-take-part');

  await pictureOfWhatIsAbout(page, camera, services, before);

  const others = before.filter((one) => signing(one) && one.opened.person.email !== RHODRI);
  const [other] = others;
  if (other) {
    await camera.visit(page, `${other.address}/new`, 'link-new-one');
    await page.getByRole('textbox').first().fill(other.opened.person.name);
    await page.getByRole('button', { name: 'Send me a new link' }).click();
    await page.getByText('A new link is on its way').waitFor();
    await camera.shoot(page, 'link-new-one-sent');
  }

  const link = before.find((one) => signing(one) && one.opened.person.email === RHODRI);
  if (!link) throw new Error('the demo has nothing to sign on its last day');
  await camera.visit(page, link.address, 'executive-sign');
  await page.locator('#answer').evaluate((answer) => answer.scrollIntoView());
  await page.getByRole('button', { name: 'Sign for your organisation' }).click();
  await page.getByRole('alert').waitFor();
  await camera.shoot(page, 'executive-sign-with-errors');
  await camera.visit(page, `${link.address}/do/DECLINE`, 'executive-decline');
  await page.goto(link.address);
  await page.getByLabel('Your full name').fill('Rhodri Ŵyn-Griffiths');
  await page.getByLabel('Your position').fill('Director of Adult Social Services');
  await page.getByLabel(/^I may sign for my organisation/u).check();
  await page.getByRole('button', { name: 'Sign for your organisation' }).click();
  await page.getByRole('heading', { name: 'Recorded' }).waitFor();
  await camera.shoot(page, 'executive-signed');

  const after = await links();
  for (const status of ['used', 'expired', 'replaced', 'past']) {
    const found = after.find(({ opened }) => opened.status === status);
    if (found) await camera.visit(page, found.address, `link-${status}`);
    else process.stdout.write(`The demo has no link that is ${status}.\n`);
  }
  const open = after.find(signing);
  if (open) await picturesOfEndings(page, camera, services, open);
  else process.stdout.write('The demo has no link left to sign by.\n');
  const takingPart = after.find(
    ({ opened }) => opened.status === 'open' && opened.link.purpose === 'take-part',
  );
  if (takingPart) await pictureOfOldAddress(page, camera, services, takingPart);
  const unknown = `${services.config.url}/l/${'x'.repeat(43)}`;
  await camera.visit(page, unknown, 'link-unknown');
  await page.close();
}

/** A link by which somebody decides on words and no document: more time for a dispute, once proposed. */
async function pictureOfWhatIsAbout(
  page: Page,
  camera: Camera,
  services: Services,
  links: readonly FoundLink[],
): Promise<void> {
  const agreeing = links.filter(
    ({ opened: { status, link } }) => status === 'open' && link.events.includes('AGREE_EXTENSION'),
  );
  const [asked] = agreeing;
  const proposing = agreeing.find(
    ({ opened: { link } }) =>
      link.instance === asked?.opened.link.instance &&
      link.organisation !== asked?.opened.link.organisation,
  );
  if (!asked || !proposing || proposing.opened.link.instance === null) {
    process.stdout.write('The demo has no dispute in which more time could be proposed.\n');
    return;
  }
  await sendEvent(
    services,
    { kind: 'person', person: proposing.opened.person },
    {
      instance: proposing.opened.link.instance,
      event: 'PROPOSE_EXTENSION',
      fields: { extensionDays: 5, extensionReason: 'The ward changes its rounds on Monday.' },
    },
  );
  await camera.visit(page, `${asked.address}/do/AGREE_EXTENSION`, 'link-about');
}

/** A link whose text was replaced by another, and the same one when the coordinator has taken it back. */
async function picturesOfEndings(
  page: Page,
  camera: Camera,
  services: Services,
  { address, opened }: FoundLink,
): Promise<void> {
  const { link } = opened;
  const people = await services.store.directory.people();
  const morgan = people.find(({ email }) => email === MORGAN);
  if (!morgan || link.instance === null) throw new Error(`the demo has no ${MORGAN}`);
  await services.store.links.put({ ...link, manifest: 'f'.repeat(64) });
  await camera.visit(page, address, 'link-text-changed');
  await withdrawLink(
    services,
    { kind: 'person', person: morgan },
    {
      instance: link.instance,
      link: link.id,
      reason: 'It went to an address that several people read.',
      idempotencyKey: 'picture',
    },
  );
  await camera.visit(page, address, 'link-withdrawn');
}

/** A link to somebody whose address has been put right since. */
async function pictureOfOldAddress(
  page: Page,
  camera: Camera,
  services: Services,
  { address, opened: { person } }: FoundLink,
): Promise<void> {
  const administrator = (await services.store.directory.people()).find(
    ({ email }) => email === MORGAN,
  );
  if (!administrator) throw new Error(`the demo has no ${MORGAN}`);
  const { name, organisation, coordinator } = person;
  await putPerson(services, { kind: 'person', person: administrator }, person.id, {
    name,
    organisation,
    coordinator,
    administrator: person.administrator,
    email: `new.${person.email}`,
    maySignIn: true,
  });
  await camera.visit(page, address, 'link-address-changed');
}

/** A personal link out of a mail, with the person it was sent to. */
interface FoundLink {
  readonly address: string;
  readonly opened: OpenedLink;
}

/** Every personal link that was ever mailed, the newest first, as it stands now. */
async function linksInMails(services: Services, outbox: string): Promise<readonly FoundLink[]> {
  const found: FoundLink[] = [];
  for (const { text } of [...(await readOutbox(outbox))].reverse()) {
    for (const address of text?.match(/https?:\/\/\S+\/l\/[\w-]+/gu) ?? []) {
      const link = await linkByToken(services, address.split('/').at(-1) ?? '');
      if (link.purpose !== 'decide' && link.purpose !== 'take-part') continue;
      found.push({ address, opened: await openLink(services, link) });
    }
  }
  return found;
}
