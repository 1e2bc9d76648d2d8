import { parentPort, workerData } from 'node:worker_threads';
import { isConcordatError } from '../../engine/errors.ts';
import { compareAll, renderAll } from './render-all.ts';
import type { RenderAnswer, RenderJob } from './render-job.ts';
import { readTemplates } from './template-library.ts';

/** The thread in which documents are drawn: one request at a time, an answer to each. */
const { libraryDirectory } = workerData as { libraryDirectory: string };
const library = readTemplates(libraryDirectory);
// Its failure is the answer to each request; without this it would end the thread unheard.
library.catch(() => undefined);

parentPort?.on('message', (job: RenderJob) => {
  void answer(job);
});

async function answer(job: RenderJob): Promise<void> {
  try {
    if (job.kind === 'compare') {
      send({ kind: 'done', result: compareAll(await library, job.request) });
      return;
    }
    const rendered = await renderAll(await library, libraryDirectory, job.request);
    // A copy in memory of its own, which can be handed over instead of being copied again.
    const pdf = rendered.pdf.slice();
    send({ kind: 'done', result: { ...rendered, pdf } }, [pdf.buffer]);
  } catch (error) {
    send({ kind: 'refused', error: plainError(error) });
  }
}

function send(message: RenderAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function plainError(error: unknown): Extract<RenderAnswer, { kind: 'refused' }>['error'] {
  if (isConcordatError(error)) {
    const { code, message, userMessage } = error;
    return { code, message, userMessage, details: JSON.parse(JSON.stringify(error.details)) };
  }
  return {
    code: 'rendering-failed',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    userMessage: 'The document could not be drawn up.',
    details: {},
  };
}
