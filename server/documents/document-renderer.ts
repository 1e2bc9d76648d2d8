import type { Worker } from 'node:worker_threads';
import { ConcordatError } from '../../engine/errors.ts';
import type { RenderAnswer } from './render-answer.ts';
import type { RenderedDocument, RenderRequest } from './rendered-document.ts';
import { startRenderWorker } from './start-render-worker.ts';

export interface DocumentRendererOptions {
  /** Folder of `agreements/`, `documents/` and `fonts/`. */
  readonly libraryDirectory: string;
  /** How many documents may be drawn at the same time, each in a thread of its own. */
  readonly concurrency?: number;
  /** Milliseconds after which a drawing is given up and its thread ended. */
  readonly timeout?: number;
  /** How many requests may wait for a thread. */
  readonly mostWaiting?: number;
}

export interface DocumentRenderer {
  /**
   * Draws a document. Throws what `renderDocument` throws, `too-many-requests` when too many wait,
   * and `rendering-failed` when it takes too long or the renderer is closed.
   */
  render(request: RenderRequest): Promise<RenderedDocument>;
  /** Takes no more requests, finishes those it has, and ends the threads. May be called twice. */
  close(): Promise<void>;
}

interface Job {
  readonly request: RenderRequest;
  readonly resolve: (rendered: RenderedDocument) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Draws documents in threads of their own, so that a large agreement never keeps other requests
 * waiting. Threads start when they are first needed and do not keep the process alive when idle.
 */
export function createDocumentRenderer(options: DocumentRendererOptions): DocumentRenderer {
  const { concurrency = 1, timeout = 30_000, mostWaiting = 1_000 } = options;
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  let closing: Promise<void> | undefined;
  let whenIdle: (() => void) | undefined;

  function startThread(): Thread {
    const worker = startRenderWorker(options.libraryDirectory);
    const thread: Thread = { worker, job: undefined, timer: undefined };
    threads.add(thread);
    worker.on('message', (answer: RenderAnswer) => settle(thread, answer));
    worker.on('error', (cause) => drop(thread, failure('the drawing thread failed', cause)));
    worker.on('exit', (code) => drop(thread, failure(`the drawing thread ended with ${code}`)));
    return thread;
  }

  function pump(): void {
    while (waiting.length > 0) {
      const idle = [...threads].find((thread) => thread.job === undefined);
      const thread = idle ?? (threads.size < concurrency ? startThread() : undefined);
      if (thread === undefined) return;
      const job = waiting.shift();
      if (job !== undefined) give(thread, job);
    }
    if ([...threads].every((thread) => thread.job === undefined)) whenIdle?.();
  }

  function give(thread: Thread, job: Job): void {
    thread.job = job;
    thread.worker.ref();
    thread.timer = setTimeout(() => {
      drop(thread, failure(`drawing ${job.request.template} took longer than ${timeout} ms`));
      void thread.worker.terminate();
    }, timeout);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.worker.postMessage(job.request);
    } catch (cause) {
      finish(thread)?.reject(failure('the data cannot be handed to the drawing thread', cause));
      pump();
    }
  }

  function finish(thread: Thread): Job | undefined {
    const { job } = thread;
    clearTimeout(thread.timer);
    thread.job = undefined;
    thread.worker.unref();
    return job;
  }

  function settle(thread: Thread, answer: RenderAnswer): void {
    const job = finish(thread);
    if (answer.kind === 'rendered') job?.resolve(answer.rendered);
    else job?.reject(new ConcordatError(answer.error.code, answer.error.message, answer.error));
    pump();
  }

  /** Another thread takes its place when the next document needs one. */
  function drop(thread: Thread, error: Error): void {
    if (!threads.delete(thread)) return;
    finish(thread)?.reject(error);
    pump();
  }

  return {
    render(request) {
      if (closing !== undefined) return Promise.reject(failure('the document renderer is closed'));
      if (waiting.length >= mostWaiting) {
        const message = `${waiting.length} documents are waiting to be drawn`;
        const userMessage = 'Too many documents are being drawn up. Try again in a minute.';
        return Promise.reject(new ConcordatError('too-many-requests', message, { userMessage }));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        pump();
      });
    },
    close() {
      closing ??= new Promise<void>((resolve) => {
        whenIdle = resolve;
        pump();
      }).then(async () => {
        await Promise.all([...threads].map((thread) => thread.worker.terminate()));
      });
      return closing;
    },
  };
}

function failure(message: string, cause?: unknown): ConcordatError {
  return new ConcordatError('rendering-failed', message, {
    userMessage: 'The document could not be drawn up. Nothing has been lost; try again.',
    cause,
  });
}
