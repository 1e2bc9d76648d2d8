import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { ConcordatError } from '../../engine/errors.ts';
import { OUTCOME_UNKNOWN } from '../store/outcome-unknown.ts';

/** It is looked this often, within the time there is, whether somebody still waits. */
const LOOKS = 20;
/** These change nothing, whatever becomes of them. */
const ONLY_READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const ranOut = new WeakMap<Response, ConcordatError>();

/**
 * Answers a request with `store-unreadable` that has had no answer for so many seconds since the last of it came in,
 * whatever it waits for: one that is still being uploaded, or being answered, is left its time. What it was doing goes
 * on, so nobody is told that nothing was recorded. `answer` is the handler of errors of these routes.
 */
export function answerInTime(seconds: number, answer: ErrorRequestHandler): RequestHandler {
  return (request, response, next) => {
    const { socket } = request;
    let received = socket.bytesRead;
    let since = performance.now();
    const looking = setInterval(
      () => {
        if (socket.bytesRead !== received) {
          received = socket.bytesRead;
          since = performance.now();
        }
        if (performance.now() - since < seconds * 1_000) return;
        clearInterval(looking);
        if (response.headersSent) return;
        const error = tooLate(seconds, !ONLY_READS.has(request.method));
        ranOut.set(response, error);
        void answer(error, request, response, () => response.destroy());
      },
      (seconds * 1_000) / LOOKS,
    );
    response.once('close', () => clearInterval(looking));
    next();
  };
}

/** True for what a request comes to after it was answered that its time was up: nobody is there to be told. */
export function isTooLateFor(response: Response, thrown: unknown): boolean {
  const error = ranOut.get(response);
  return error !== undefined && error !== thrown;
}

function tooLate(seconds: number, changes: boolean): ConcordatError {
  const why = `no answer within ${seconds} s`;
  if (!changes) {
    return new ConcordatError('store-unreadable', why, {
      userMessage: 'This took too long. Try again in a minute.',
    });
  }
  return new ConcordatError('store-unreadable', why, {
    userMessage: 'This took too long, so it is not known whether it was recorded.',
    details: OUTCOME_UNKNOWN,
  });
}
