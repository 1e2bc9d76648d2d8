import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { createDemoWorld } from './demo-world.ts';
import {
  agreeMemorandum,
  beginDelivery,
  designHomeFromHospital,
  prepareHomeFromHospital,
} from './story/home-from-hospital.ts';
import { beginSafeAtHome, signSafeAtHome } from './story/safe-at-home.ts';
import { setUpInstallation } from './story/set-the-scene.ts';

export async function runDemo(options: {
  readonly config: Config;
  readonly start: string;
  readonly log: Log;
  readonly say: (line: string) => void;
}): Promise<void> {
  const world = await createDemoWorld(options);
  const { chapter } = world.narrator;
  try {
    chapter('Home from Hospital: stage 1, prepare');
    await setUpInstallation(world);
    const home = await prepareHomeFromHospital(world);
    chapter('Home from Hospital: stage 2, initiate and design');
    await designHomeFromHospital(world, home.course);
    chapter('A memorandum of understanding');
    await agreeMemorandum(world, home.id);
    chapter('Home from Hospital: stage 3, ongoing delivery');
    await beginDelivery(world, home);
    chapter('Safe at Home begins, unsigned for a time');
    const safe = await beginSafeAtHome(world);
    await signSafeAtHome(world, safe.id);
  } finally {
    await world.close();
  }
}
