import type { Worker } from 'node:worker_threads';
import { ConcordatError } from '../../engine/errors.ts';
import type { RenderAnswer, RenderJob } from './render-job.ts';
import type {
  CompareRequest,
  ComparedDocuments,
  RenderedDocument,
  RenderRequest,
} from './rendered-document.ts';
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
   * Draws a document. Throws what `renderDocument` throws, and `rendering-failed` when too many wait,
   * it takes too long or the renderer is closed.
   */
  render(request: RenderRequest): Promise<RenderedDocument>;
  /** What changed between two versions of a document. Throws as `render` does. */
  compare(request: CompareRequest): Promise<ComparedDocuments>;
  /** Takes no more requests, and breaks off those it has: they fail as `rendering-failed`. */
  abandon(): void;
  /** Takes no more requests, finishes those it has, and ends the threads. May be called twice. */
  close(): Promise<void>;
}

/** More than all tasks of a process together ask for; a minute's work or less. */
const MOST_WAITING = 64;

interface Waiting {
  readonly job: RenderJob;
  readonly resolve: (result: RenderedDocument | ComparedDocuments) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  work: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Draws documents in threads of their own, so that a large agreement never keeps other requests
 * waiting. Threads start when they are first needed and do not keep the process alive when idle.
 */
export function createDocumentRenderer(options: DocumentRendererOptions): DocumentRenderer {
  const { concurrency = 1, timeout = 30_000, mostWaiting = MOST_WAITING } = options;
  const threads = new Set<Thread>();
  const waiting: Waiting[] = [];
  let closing: Promise<void> | undefined;
  let whenIdle: (() => void) | undefined;

  function startThread(): Thread {
    const worker = startRenderWorker(options.libraryDirectory);
    const thread: Thread = { worker, work: undefined, timer: undefined };
    threads.add(thread);
    worker.on('message', (answer: RenderAnswer) => settle(thread, answer));
    worker.on('error', (cause) => drop(thread, failure('the drawing thread failed', cause)));
    worker.on('exit', (code) => drop(thread, failure(`the drawing thread ended with ${code}`)));
    return thread;
  }

  function pump(): void {
    while (waiting.length > 0) {
      const idle = [...threads].find((thread) => thread.work === undefined);
      const thread = idle ?? (threads.size < concurrency ? startThread() : undefined);
      if (thread === undefined) return;
      const work = waiting.shift();
      if (work !== undefined) give(thread, work);
    }
    if ([...threads].every((thread) => thread.work === undefined)) whenIdle?.();
  }

  function give(thread: Thread, work: Waiting): void {
    thread.work = work;
    thread.worker.ref();
    thread.timer = setTimeout(() => {
      drop(thread, failure(`a ${work.job.kind} took longer than ${timeout} ms`));
      void thread.worker.terminate();
    }, timeout);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.worker.postMessage(work.job);
    } catch (cause) {
      finish(thread)?.reject(failure('the data cannot be handed to the drawing thread', cause));
      pump();
    }
  }

  function finish(thread: Thread): Waiting | undefined {
    const { work } = thread;
    clearTimeout(thread.timer);
    thread.work = undefined;
    thread.worker.unref();
    return work;
  }

  function settle(thread: Thread, answer: RenderAnswer): void {
    const work = finish(thread);
    if (answer.kind === 'done') work?.resolve(answer.result);
    else work?.reject(new ConcordatError(answer.error.code, answer.error.message, answer.error));
    pump();
  }

  /** Another thread takes its place when the next document needs one. */
  function drop(thread: Thread, error: Error): void {
    if (!threads.delete(thread)) return;
    finish(thread)?.reject(error);
    pump();
  }

  function ask(job: RenderJob): Promise<RenderedDocument | ComparedDocuments> {
    if (closing !== undefined) return Promise.reject(failure('the document renderer is closed'));
    if (waiting.length >= mostWaiting) {
      const message = `${waiting.length} documents are waiting to be drawn`;
      const userMessage =
        'Many documents are being drawn up at the moment. Nothing is lost: try again in a minute.';
      return Promise.reject(new ConcordatError('rendering-failed', message, { userMessage }));
    }
    return new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject });
      pump();
    });
  }

  function close(): Promise<void> {
    closing ??= new Promise<void>((resolve) => {
      whenIdle = resolve;
      pump();
    }).then(async () => {
      await Promise.all([...threads].map((thread) => thread.worker.terminate()));
    });
    return closing;
  }

  return {
    render: (request) => ask({ kind: 'render', request }) as Promise<RenderedDocument>,
    compare: (request) => ask({ kind: 'compare', request }) as Promise<ComparedDocuments>,
    abandon() {
      void close();
      const error = failure('the server stops');
      for (const { reject } of waiting.splice(0)) reject(error);
      for (const thread of threads) {
        drop(thread, error);
        void thread.worker.terminate();
      }
    },
    close,
  };
}

function failure(message: string, cause?: unknown): ConcordatError {
  return new ConcordatError('rendering-failed', message, {
    userMessage: 'The document could not be drawn up. Nothing has been lost; try again.',
    cause,
  });
}
