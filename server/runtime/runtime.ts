import type { ErrorCode } from '../../engine/errors.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { startInstance } from '../../engine/start-instance.ts';
import { step } from '../../engine/step.ts';
import type { StepResult } from '../../engine/step-result.ts';
import type { Clock } from '../clock.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import { derivedId, newId } from '../new-id.ts';
import type { EventRequest, StartRequest } from './request.ts';
import { requestHash } from './request-hash.ts';
import { isSameRequest } from './same-request.ts';
import type { Learn, Observer, Watched } from '../observe/observer.ts';
import type { StoredCommit } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { createInstanceQueue } from './instance-queue.ts';
import { actingPerson } from './acting-person.ts';
import { keptKey } from './kept-key.ts';
import { type Head, loadHead, readCommit, requireHead, surroundingsOf } from './head.ts';
import { makeCommit, type MadeCommit } from './make-commit.ts';
import { calendarName } from './task-changes.ts';
import type { WorkflowLibrary } from './workflow-library.ts';

/** What a commit answers to whoever asked for it; a repeat gets the same. */
export interface Answer {
  readonly instance: string;
  readonly seq: number;
  readonly hash: string;
  /** True when this very request had been taken before and nothing was done now. */
  readonly repeated: boolean;
  /** False for a deadline that no longer applied: nothing was committed. */
  readonly taken: boolean;
}

/** The only writer of history: load the head, take one pure step, make one commit, acknowledge. */
export interface Runtime {
  send(request: EventRequest): Promise<Answer>;
  start(request: StartRequest): Promise<Answer>;
  /**
   * Records what moves because public holidays are others than at the instance's last step, without
   * waiting for its next. Answers whether anything moved.
   */
  takeCalendar(instance: string): Promise<boolean>;
}

/** What was decided from a head: what to append, or that nothing is, and why. */
type Decision =
  | { readonly kind: 'made'; readonly made: MadeCommit }
  | { readonly kind: 'dropped'; readonly head: StoredCommit }
  | { readonly kind: 'refused'; readonly error: unknown; readonly head: StoredCommit };

/** Another process may win the race for a seq; after this many losses the person is told. */
const MAX_RACES = 20;

export function createRuntime(services: {
  readonly store: Pick<Store, 'commits'>;
  readonly workflows: WorkflowLibrary;
  readonly clock: Clock;
  readonly observer: Observer;
}): Runtime {
  const { store, workflows, clock, observer } = services;
  const queue = createInstanceQueue();

  async function sendOnce(
    request: EventRequest,
    learn: Learn<'step'>,
  ): Promise<Answer | undefined> {
    const repeated = await repeatOf(request.instance, request);
    if (repeated) return repeated;
    const known = await requireHead(store, workflows, request.instance, { orKnown: true });
    learn({ workflow: known.commit.definition.id });
    const decided = await decide(known, request);
    if (!decided) return undefined;
    if (decided.kind === 'made') return append(decided.made, request);
    // What was decided against, is so only if nobody has gone on since.
    const newest = await requireHead(store, workflows, request.instance);
    const final =
      newest.stored.hash === decided.head.hash ? decided : await decide(newest, request);
    if (!final) return undefined;
    if (final.kind === 'refused') throw final.error;
    return final.kind === 'made' ? append(final.made, request) : answerOf(final.head, false, false);
  }

  /** What a step from this head would be; undefined when another writer was faster. Appends none. */
  async function decide(found: Head, request: EventRequest): Promise<Decision | undefined> {
    const refused = staleness(found, request.expectedSeq);
    if (refused) return { kind: 'refused', error: refused, head: found.stored };
    const head = await withCalendarOfNow(found);
    if (!head) return undefined;
    const surroundings = {
      ...surroundingsOf(head, clock.now()),
      by: actingPerson(request.by),
      ...(request.settings ? { settings: request.settings } : {}),
    };
    const { snapshot, timers } = head.commit;
    const workflow = head.commit.definition.id;
    try {
      const result = await observer.watch('engine', { workflow }, async () =>
        step({
          ...surroundings,
          head: { snapshot, timers },
          event: request.event,
          source: request.source,
        }),
      );
      if (result.outcome === 'dropped') return { kind: 'dropped', head: head.stored };
      const requestHash = hashIfKeyed(request);
      const made = makeCommit({ request, head, result, surroundings, requestHash });
      return { kind: 'made', made };
    } catch (error) {
      return { kind: 'refused', error, head: head.stored };
    }
  }

  /**
   * The head, once what moves because public holidays are others than before is recorded, as a commit
   * of its own with that reason. Undefined when another writer was faster.
   */
  async function withCalendarOfNow(head: Head): Promise<Head | undefined> {
    const { calendar, origin, snapshot, timers } = head.commit;
    const now = calendarName(holidayCalendar(origin.region));
    if (calendar === now || timers.length === 0) return head;
    const surroundings = { ...surroundingsOf(head, clock.now()), by: null };
    const request: EventRequest = {
      instance: head.stored.instance,
      event: { type: 'concordat.calendar', calendar: now, before: calendar },
      source: { kind: 'engine' },
      by: null,
      cause: { kind: 'system' },
    };
    const { event, source } = request;
    const result = step({ ...surroundings, head: { snapshot, timers }, event, source });
    if (result.moved.length === 0) return head;
    const made = makeCommit({ request, head, result, surroundings, requestHash: '' });
    const answer = await append(made, request);
    return answer && requireHead(store, workflows, head.stored.instance);
  }

  async function append(
    made: MadeCommit,
    request: EventRequest | StartRequest,
  ): Promise<Answer | undefined> {
    const { stored, projection } = made;
    const appended = await store.commits.append({
      commit: stored,
      at: made.at,
      idempotencyKey: request.idempotencyKey ?? null,
      signalKey: request.cause.kind === 'signal' ? request.cause.key : null,
      projection,
      personal: request.personal ?? [],
    });
    if (appended.kind === 'committed') return answerOf(stored, false, true);
    if (appended.over === 'link') {
      throw new ConcordatError('link-used', 'the link was spent by another commit', {
        userMessage: 'This link has already been used, so nothing was recorded a second time.',
      });
    }
    if (appended.over === 'signal') {
      const taken = await store.commits.get(stored.instance, appended.seq);
      if (taken) return answerOf(taken, true, true);
    }
    return undefined;
  }

  /** The first answer to a request that was sent before under the same idempotency key. */
  async function repeatOf(
    instance: string,
    request: EventRequest | StartRequest,
  ): Promise<Answer | undefined> {
    const { idempotencyKey: key, cause } = request;
    if (cause.kind === 'signal') {
      const taken = await store.commits.findBySignalKey(instance, cause.key);
      if (taken) return answerOf(taken, true, true);
    }
    if (key === undefined) return undefined;
    const first = await store.commits.findByIdempotencyKey(instance, key);
    if (!first) return undefined;
    const made = readCommit(first);
    // What a task would bring today may differ (a name has changed, somebody else holds the role):
    // what it brought the first time stands. A commit of another cause is not what it brought.
    const same =
      cause.kind === 'task'
        ? made.cause.kind === 'task' && made.cause.task === cause.task
        : await isSameRequest(store, made, request);
    if (!same) {
      throw new ConcordatError('idempotency-mismatch', `key ${key} was used for another request`, {
        userMessage:
          'Something else was sent with the same key before. Reload the page and send it again.',
      });
    }
    return answerOf(first, true, true);
  }

  async function race(attempt: () => Promise<Answer | undefined>): Promise<Answer> {
    for (let tries = 0; tries < MAX_RACES; tries += 1) {
      const answer = await attempt();
      if (answer) return answer;
    }
    throw conflict('conflict', 'others were faster');
  }

  /** Attempts in turn with others of this instance, and again after each lost race. */
  function observed(
    instance: string,
    facts: Partial<Watched['step']>,
    attempt: (learn: Learn<'step'>) => Promise<Answer | undefined>,
  ): Promise<Answer> {
    return observer.watch('step', facts, async (learn) => {
      const answer = await queue.run(instance, () => race(() => attempt(learn)));
      const { repeated, taken } = answer;
      learn({ outcome: repeated ? 'repeated' : taken ? 'committed' : 'dropped' });
      return answer;
    });
  }

  return {
    send(asked) {
      const request = withKeptKey(asked);
      return observed(request.instance, {}, (learn) => sendOnce(request, learn));
    },
    takeCalendar: (instance) =>
      queue.run(instance, async () => {
        const found = await loadHead(store, workflows, instance);
        if (found?.commit.snapshot.status !== 'active') return false;
        const head = await withCalendarOfNow(found);
        // Another writer was faster, and has taken it with its own step.
        return head !== undefined && head.stored.seq > found.stored.seq;
      }),
    start(asked) {
      const instance = asked.instance ?? idOfStart(asked);
      const request = withKeptKey(asked);
      return observed(instance, { workflow: request.workflow }, async () => {
        const repeated = await repeatOf(instance, request);
        if (repeated) return repeated;
        // there can be one only under an id that was chosen or derived before
        const isNew = asked.instance === undefined && asked.idempotencyKey === undefined;
        const existing = isNew ? undefined : await loadHead(store, workflows, instance);
        if (existing) return answerOf(existing.stored, true, true);
        const workflow = workflows.newestOf(request.workflow);
        const { origin } = request;
        const surroundings = {
          workflow,
          at: clock.now(),
          by: actingPerson(request.by),
          instance: {
            id: instance,
            partnership: origin.partnership,
            parent: origin.parent,
            timeZone: origin.timeZone,
          },
          settings: request.settings,
          calendar: holidayCalendar(origin.region),
        };
        const { form, data, partnership } = request;
        const result: StepResult = startInstance({
          ...surroundings,
          ...(form === undefined ? {} : { form }),
          ...(data === undefined ? {} : { data }),
          ...(partnership === undefined ? {} : { partnership }),
        });
        const event = { ...form, type: 'concordat.start' };
        const { form: _, data: __, workflow: ___, ...rest } = request;
        const full: EventRequest = { ...rest, instance, event, source: { kind: 'engine' } };
        const made = makeCommit({
          request: full,
          head: null,
          result,
          surroundings,
          origin,
          requestHash: hashIfKeyed(request),
        });
        return append(made, request);
      });
    },
  };
}

function withKeptKey<R extends EventRequest | StartRequest>(request: R): R {
  const key = keptKey(request.idempotencyKey, request);
  return key === undefined ? request : { ...request, idempotencyKey: key };
}

/** Who asks twice under one key gets one instance, even if the first answer was lost. */
function idOfStart({ idempotencyKey: key, by, workflow }: StartRequest): string {
  return key === undefined ? newId() : derivedId('start', by?.person ?? '', workflow, key);
}

/** Hashing the request is only worth while when it may be repeated under a key. */
function hashIfKeyed(request: EventRequest | StartRequest): string {
  return request.idempotencyKey === undefined ? '' : requestHash(request);
}

function answerOf(
  { instance, seq, hash }: { instance: string; seq: number; hash: string },
  repeated: boolean,
  taken: boolean,
): Answer {
  return { instance, seq, hash, repeated, taken };
}

function staleness({ stored }: Head, expected: number | undefined): ConcordatError | undefined {
  if (expected === undefined || expected === stored.seq) return undefined;
  return conflict('stale-sequence', `expected seq ${expected}, head is ${stored.seq}`);
}

function conflict(code: ErrorCode, message: string): ConcordatError {
  return new ConcordatError(code, message, {
    userMessage:
      'Somebody else has changed this since you opened the page. What you typed is kept: look at what is new and send it again.',
  });
}
