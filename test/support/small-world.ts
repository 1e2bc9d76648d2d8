import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { createDemoWorld, type DemoWorld } from '../../server/demo/demo-world.ts';
import { disputeThatClimbs } from '../../server/demo/story/disputes.ts';
import { HOME_FROM_HOSPITAL } from '../../server/demo/story/cast.ts';
import { beginPartnership, setUpInstallation } from '../../server/demo/story/set-the-scene.ts';
import { createLog } from '../../server/log.ts';

/** A partnership of three organisations on a real store, with a virtual clock. Close it after. */
export async function smallWorld(
  folder: string,
): Promise<{ readonly world: DemoWorld; readonly partnership: string; readonly store: string }> {
  const store = `lmdb:${join(folder, 'data')}`;
  const world = await createDemoWorld({
    config: readConfig({ args: ['--store', store], env: {} }),
    start: '2027-03-01',
    log: createLog({ level: 'silent' }),
    say: () => undefined,
  });
  await setUpInstallation(world);
  const partnership = await beginPartnership(world, {
    form: { title: 'Home from Hospital', purpose: 'Łódź, Ŵyn and Ελένη work together.' },
    lead: 'council',
    partners: ['trust', 'lodz'],
    people: HOME_FROM_HOSPITAL,
  });
  return { world, partnership, store };
}

/** A dispute between the council and the trust, with a view and a paper without prejudice. */
export async function addDispute(world: DemoWorld, partnership: string): Promise<void> {
  await disputeThatClimbs(world, partnership);
}
