import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../settings.ts';
import type { Log } from '../log.ts';
import { type CopiedDocument, copyDocuments } from './copy-documents.ts';
import { createDemoWorld } from './demo-world.ts';
import { playStory } from './play-story.ts';

export interface DemoResult {
  readonly folder: string;
  readonly from: string;
  readonly to: string;
  readonly story: readonly string[];
  readonly documents: readonly CopiedDocument[];
  readonly mails: number;
  /** Tasks that could not be done; there should be none. */
  readonly parked: readonly { readonly task: string; readonly error: string | null }[];
}

/** Where the PDFs lie that people can open. */
const DOCUMENTS = 'documents-to-read';

/**
 * Plays the story on an empty store, through the same use cases as the server, with mails as files.
 * `start` is its first day ("2027-03-01"). Throws what goes wrong: the story knows what should happen.
 */
export async function runDemo(options: {
  readonly config: Config;
  /** For what people open; the store's own, or one beside a database. */
  readonly folder: string;
  readonly start: string;
  readonly log: Log;
  readonly say: (line: string) => void;
}): Promise<DemoResult> {
  const { config, folder, start } = options;
  const world = await createDemoWorld(options);
  try {
    await playStory(world);
    const { store, clock } = world.services;
    const parked = await store.tasks.list({ state: 'parked', limit: 100 });
    return {
      folder,
      from: start,
      to: clock.now(),
      story: world.narrator.told,
      documents: await copyDocuments(store, join(folder, DOCUMENTS)),
      mails: (await readdir(config.outbox)).filter((name) => name.endsWith('.eml')).length,
      parked: parked.map(({ id, lastError }) => ({ task: id, error: lastError })),
    };
  } finally {
    await world.close();
  }
}
