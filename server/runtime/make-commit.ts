import { ConcordatError } from '../../engine/errors.ts';
import type { StepResult } from '../../engine/step-result.ts';
import { scopeOf } from '../../engine/surroundings.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import type { Commit, CommittedEvent, Origin, StoredCommit } from '../store/commit.ts';
import type { Projection } from '../store/commit-store.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import { type Head, scopeAtHead, type Surroundings } from './head.ts';
import { projectCommit } from './project-commit.ts';
import type { EventRequest } from './request.ts';
import { calendarName, taskChanges } from './task-changes.ts';

/** A commit far beyond what any workflow needs is refused before it is written. */
const MAX_COMMIT_CHARACTERS = 2_000_000;

export interface MadeCommit {
  readonly stored: StoredCommit;
  readonly at: string;
  readonly projection: Projection;
}

/** Makes the one document of a step: envelope, canonical text, hash, and what follows from it. */
export function makeCommit(input: {
  readonly request: EventRequest;
  readonly head: Head | null;
  readonly result: StepResult;
  readonly surroundings: Surroundings;
  readonly origin?: Origin;
  /** By which a repeat of the same request is known. */
  readonly requestHash: string;
}): MadeCommit {
  const { request, head, result, surroundings } = input;
  const { workflow, at, calendar, instance } = surroundings;
  const origin = input.origin ?? head?.commit.origin;
  if (!origin) throw new ConcordatError('internal', 'a commit needs its origin');
  const seq = (head?.stored.seq ?? 0) + 1;
  const event = request.event as CommittedEvent;
  const { snapshot, timers, effects } = result;
  const scope = scopeOf(surroundings, request.event, snapshot.data, snapshot.documents, null);
  const commit: Commit = {
    format: 1,
    instance: instance.id,
    seq,
    at,
    definition: {
      id: workflow.definition.id,
      version: workflow.definition.version,
      hash: workflow.hash,
    },
    engine: ENGINE_VERSION,
    calendar: calendarName(calendar),
    cause: request.cause,
    by: request.by,
    idempotency:
      request.idempotencyKey === undefined
        ? null
        : { key: request.idempotencyKey, request: input.requestHash },
    event,
    story: result.story,
    origin,
    openedAt: head?.commit.openedAt ?? at,
    settings: surroundings.settings,
    snapshot,
    timers,
    effects,
    tasks: taskChanges({
      workflow,
      seq,
      scope,
      before: head && beforeOf(head),
      after: timers,
      effects,
      calendar,
      doing: request.cause.kind === 'task' ? request.cause.task : null,
    }),
    previous: head?.stored.hash ?? null,
  };
  const text = canonicalJson(commit);
  if (text.length > MAX_COMMIT_CHARACTERS) {
    throw new ConcordatError('too-large', `a commit of ${text.length} characters`, {
      userMessage: 'This record has grown too large to take more. Split it, or shorten its texts.',
    });
  }
  const hash = sha256(text);
  return {
    stored: { instance: instance.id, seq, hash, text },
    at,
    projection: projectCommit(commit, hash, workflow, scope),
  };
}

function beforeOf(head: Head) {
  const { timers, at, calendar } = head.commit;
  return { timers, scope: scopeAtHead(head, at), calendar };
}
