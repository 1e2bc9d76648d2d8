import { ConcordatError } from '../../engine/errors.ts';
import type { Services } from '../services.ts';
import type { Asker } from './asker.ts';
import { dutiesOf } from './duties.ts';
import { createRowAccess } from './row-access.ts';

/** How much is shown of a mail or task: all; that it is there, but not what it says; nothing. */
type Shown = 'all' | 'withheld' | 'nothing';

/** What those who look after partnerships are shown of what the machinery does for them. */
export interface Oversight {
  shown(about: {
    readonly instance: string | null;
    readonly partnership: string | null;
  }): Promise<Shown>;
}

/**
 * An administrator sees that everything works, but of confidential records not what is in them;
 * coordinators see what belongs to their partnerships. Throws `not-allowed` for everybody else.
 */
export async function oversightOf(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
  asker: Asker,
): Promise<Oversight> {
  const { store, workflows } = services;
  const { person } = asker;
  const { coordinates } = await dutiesOf(store, person);
  if (asker.kind !== 'person' || !(person.administrator || coordinates)) {
    throw new ConcordatError('not-allowed', 'for administrators and coordinators', {
      userMessage: 'This is for those who look after partnerships. Ask your coordinator.',
    });
  }
  const access = createRowAccess(services, asker);

  /** Whether the record is one that concerns this person; null for one that is open to all. */
  async function mayOpen(instance: string): Promise<boolean | null> {
    const row = await store.instances.get(instance);
    if (!row) return false;
    const definition = await workflows.definition(row.workflow, row.version);
    return definition.access === undefined ? null : (await access.sightOf(row)) === 'concerned';
  }

  return {
    async shown({ instance, partnership }) {
      const open = instance === null ? null : await mayOpen(instance);
      if (person.administrator) return open === false ? 'withheld' : 'all';
      if (partnership === null || open === false) return 'nothing';
      const standing = await access.standingIn(partnership);
      return standing.coordinator || standing.roles.includes('coordinator') ? 'all' : 'nothing';
    },
  };
}
