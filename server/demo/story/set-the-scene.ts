import { setUpLink, completeSetUp } from '../../use-cases/set-up.ts';
import { createPartnership } from '../../use-cases/create-partnership.ts';
import { addOrganisation, invitePerson } from '../../use-cases/invite-person.ts';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { DemoWorld } from '../demo-world.ts';
import { COORDINATOR, ORGANISATIONS, type Part } from './cast.ts';

/** Somebody opens the set-up link, and the coordinator adds the organisations there are. */
export async function setUpInstallation(world: DemoWorld): Promise<void> {
  const { services, organisations, people } = world;
  const { config, store } = services;
  const own = ORGANISATIONS[COORDINATOR.organisation];
  if (!own) return;
  await setUpLink(services);
  const morgan = await completeSetUp(services, {
    installation: 'Marlowe Vale partnerships',
    organisation: own.name,
    kind: own.kind,
    name: COORDINATOR.name,
    email: COORDINATOR.email,
    timeZone: config.timeZone,
    region: config.region,
    currency: config.currency,
  });
  people.set('morgan', morgan);
  const council = await store.directory.organisation(morgan.organisation);
  if (council) organisations.set(COORDINATOR.organisation, council);
  for (const [key, { name, kind }] of Object.entries(ORGANISATIONS)) {
    if (organisations.has(key)) continue;
    organisations.set(key, await addOrganisation(services, world.asker('morgan'), { name, kind }));
  }
}

/** A new partnership with its people; answers its id. */
export async function beginPartnership(
  world: DemoWorld,
  given: {
    readonly form: JsonObject;
    readonly lead: string;
    readonly partners: readonly string[];
    readonly people: Readonly<Record<string, Part>>;
  },
): Promise<string> {
  const { services } = world;
  const partnership = await createPartnership(services, world.asker('morgan'), {
    form: given.form,
    lead: world.organisation(given.lead),
    organisations: [given.lead, ...given.partners].map((key) => world.organisation(key)),
    idempotencyKey: `demo-${given.lead}`,
  });
  for (const [key, one] of Object.entries(given.people)) {
    const person = await invitePerson(services, world.asker('morgan'), {
      partnership: partnership.id,
      name: one.name,
      email: one.email,
      organisation: world.organisation(one.organisation),
      roles: one.roles,
      authority: one.authority ?? null,
    });
    world.people.set(key, person);
  }
  await world.settle();
  return partnership.id;
}
