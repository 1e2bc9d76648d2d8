import type { EventSource } from '../../engine/choose-transition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { EngineEvent, PartnershipFacts } from '../../engine/scope.ts';
import type { Actor, Cause, Origin } from '../store/commit.ts';
import type { PersonalValue } from '../store/commit-store.ts';

/** An event for an instance that there is. */
export interface EventRequest {
  readonly instance: string;
  readonly event: EngineEvent;
  readonly source: EventSource;
  readonly by: Actor | null;
  readonly cause: Cause;
  /** Refuses with `stale-sequence` unless the head is this commit. */
  readonly expectedSeq?: number;
  readonly idempotencyKey?: string;
  readonly personal?: readonly PersonalValue[];
  /** Settings that take the place of the instance's own from this commit on. */
  readonly settings?: JsonObject;
}

/** A new instance. */
export interface StartRequest {
  readonly workflow: string;
  /** Chosen beforehand where starting twice has to give one instance. */
  readonly instance?: string;
  readonly origin: Origin;
  readonly form?: JsonObject;
  readonly data?: JsonObject;
  readonly partnership?: PartnershipFacts;
  readonly settings: JsonObject;
  readonly by: Actor | null;
  readonly cause: Cause;
  readonly idempotencyKey?: string;
  readonly personal?: readonly PersonalValue[];
}
