import type { Services } from '../services.ts';

const EVERY_MS = 30_000;

/** Looks now and then whether another server has published workflows, so that this one offers them too. */
export function followDefinitions(
  { workflows, log }: Pick<Services, 'workflows' | 'log'>,
  everyMs = EVERY_MS,
): { stop(): Promise<void> } {
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = workflows.refresh().catch((error: unknown) => {
      log.warn({ err: error }, 'could not look for newly published workflows: tried again later');
    });
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
