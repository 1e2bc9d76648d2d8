import type { TellProgress } from '../store/store.ts';
import type { Output } from './command.ts';

const AGAIN_AFTER_MS = 2_000;

/** Says how far something has come: each new step at once, and within one from time to time. */
export function progressLines(output: Output): TellProgress {
  let last = '';
  let saidAt = 0;
  return (step, done, total) => {
    if (step === last && performance.now() - saidAt < AGAIN_AFTER_MS) return;
    last = step;
    saidAt = performance.now();
    const count = done === undefined || done === 0 ? '' : `: ${done.toLocaleString('en-GB')}`;
    const of = count === '' || !total ? '' : ` of ${total.toLocaleString('en-GB')}`;
    output.say(`${step}${count}${of} …`);
  };
}
