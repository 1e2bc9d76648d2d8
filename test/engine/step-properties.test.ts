import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConcordatError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/scope.ts';
import { canonicalJson } from '../../server/canonical-json.ts';
import { APPROVAL } from '../support/approval-workflow.ts';
import { engineHarness, type EngineHarness } from '../support/engine-harness.ts';

const START = '2027-03-01T10:00:00.000Z';

function begin(): EngineHarness {
  return engineHarness({ definition: APPROVAL, at: START, form: { subject: 'A van' } });
}

const sensible: fc.Arbitrary<EngineEvent> = fc.oneof(
  fc.record({
    type: fc.constant('ANSWER'),
    party: fc.constantFrom('council', 'trust'),
    text: fc.string({ minLength: 1, maxLength: 20 }),
  }),
  fc.record({ type: fc.constant('PLAN'), amount: fc.nat(), decideBy: fc.constant('2027-06-30') }),
  fc.record({ type: fc.constantFrom('APPROVE', 'SEND_BACK') }),
);

const anything = fc
  .record({ type: fc.oneof(fc.string(), fc.constantFrom('ANSWER', 'PLAN', 'APPROVE')) })
  .chain((base) => fc.object({ maxDepth: 3 }).map((more) => ({ ...more, ...base })));

/** Sends what it takes and skips what it refuses; answers what was taken. */
function play(instance: EngineHarness, events: readonly EngineEvent[]): readonly EngineEvent[] {
  return events.filter((event) => {
    try {
      instance.send(event, START);
      return true;
    } catch (error) {
      if (!isConcordatError(error)) throw error;
      return false;
    }
  });
}

describe('the engine', () => {
  it('gives the same snapshot, timers and effects for the same history', () => {
    fc.assert(
      fc.property(fc.array(sensible, { maxLength: 12 }), (events) => {
        const first = begin();
        const taken = play(first, events);
        const replayed = begin();
        for (const event of taken) replayed.send(event, START);
        expect(canonicalJson(replayed.head)).toBe(canonicalJson(first.head));
      }),
    );
  });

  it('throws nothing but its own errors, whatever event comes', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (events) => {
        play(begin(), events);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a snapshot that survives being written and read as JSON', () => {
    fc.assert(
      fc.property(fc.array(sensible, { maxLength: 12 }), (events) => {
        const instance = begin();
        play(instance, events);
        const { snapshot } = instance.head;
        expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
      }),
    );
  });
});
