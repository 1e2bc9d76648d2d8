import { setTimeout as delay } from 'node:timers/promises';
import type { CatcherMode } from '../support/mail-catcher.ts';
import { timeForMore } from './in-form.ts';
import type { Scene } from './rounds-under-trouble.ts';

/** How the mail server behaves while the others are killed; most of the time it takes what comes. */
const MOODS: readonly CatcherMode[] = ['accept', 'accept', 'accept', 'slow', 'busy', 'drop'];

/** Kills one of the processes without warning and starts it again, over and over. */
export function killProcesses(kills: number): (scene: Scene) => Promise<number> {
  return async ({ servers, mails, people }) => {
    const isTime = timeForMore();
    let done = 0;
    while (done < kills && isTime()) {
      mails.mode(MOODS[Math.floor(Math.random() * MOODS.length)] ?? 'accept');
      const server = servers[Math.floor(Math.random() * servers.length)];
      // Now and then while it still starts.
      if (Math.random() < 0.15) await delay(Math.random() * 600);
      else {
        await server?.answering();
        await delay(50 + Math.random() * 700);
      }
      await server?.kill();
      server?.start();
      done += 1;
      if (done % 100 === 0) console.log(`${done} kills, ${people.rounds().over} rounds are over`);
    }
    return done;
  };
}
