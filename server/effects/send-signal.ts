import type { SignalSource } from '../../engine/definition.ts';
import type { SignalEffect } from '../../engine/effect.ts';
import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { type Head, loadHead, requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { noteInHistory } from './note.ts';

/**
 * Sends an event from one instance to another: access is checked, it is taken once and in the order
 * it was sent, and it is recorded at the receiver even when it cannot be taken there.
 */
export async function sendSignal(services: Services, task: Task): Promise<void> {
  const { store, runtime } = services;
  const effect = task.detail as unknown as SignalEffect;
  await waitForEarlierSignals(services, task);
  const sender = await requireHead(store, services.workflows, task.instance);
  const target = await targetOf(services, sender, effect);
  const receiver = target === null ? undefined : await loadHead(store, services.workflows, target);
  if (target === null || !receiver) {
    return noteInHistory(services, task, 'A message had nobody to go to', { event: effect.event });
  }
  const from = await relationsOf(services, sender, receiver);
  if (from.length === 0) {
    return noteInHistory(services, task, 'A message was not allowed to go there', {
      event: effect.event,
    });
  }
  const origin = {
    instance: task.instance,
    workflow: sender.commit.definition.id,
    partnership: sender.commit.origin.partnership,
  };
  const cause = {
    kind: 'signal',
    key: task.id,
    instance: task.instance,
    seq: task.seq,
  } as const;
  const request = { instance: target, by: null, cause };
  try {
    await runtime.send({
      ...request,
      event: { ...effect.with, type: effect.event, from: origin },
      source: { kind: 'signal', from },
    });
  } catch (error) {
    if (!isConcordatError(error) || !NOT_TAKEN.has(error.code)) throw error;
    await runtime.send({
      ...request,
      event: {
        type: 'concordat.note',
        what: 'signal-not-taken',
        event: effect.event,
        from: origin,
        why: error.code,
        story: 'A message from a related record came, but nothing here waits for it now',
      },
      source: { kind: 'engine' },
    });
  }
}

/**
 * Refusals that say: this instance has no use for it. Everything else is tried again, and then shown to a person:
 * news that a record waits for, and that does not fit what it holds, must not be lost.
 */
const NOT_TAKEN = new Set([
  'event-not-possible',
  'event-unknown',
  'gate-not-met',
  'instance-finished',
  'invalid-input',
  'party-unknown',
]);

/** Signals of one sender arrive in its order: an earlier one that is still due goes first. */
async function waitForEarlierSignals({ store }: Services, task: Task): Promise<void> {
  const due = await store.tasks.list({ state: 'due', instance: task.instance, limit: 500 });
  const earlier = due.some(
    ({ kind, id, seq }) => kind === 'signal' && id !== task.id && isBefore({ id, seq }, task),
  );
  if (!earlier) return;
  throw new ConcordatError('conflict', 'an earlier signal of this instance has not gone yet');
}

function isBefore(a: Pick<Task, 'id' | 'seq'>, b: Pick<Task, 'id' | 'seq'>): boolean {
  return a.seq === b.seq ? numberOf(a.id) < numberOf(b.id) : a.seq < b.seq;
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(':') + 1));
}

async function targetOf(
  { store }: Services,
  sender: Head,
  effect: SignalEffect,
): Promise<string | null> {
  const { origin } = sender.commit;
  if (typeof effect.to === 'object') return effect.to.instance;
  if (effect.to === 'parent') return origin.parent;
  if (origin.partnership === null) return null;
  return (await store.directory.partnership(origin.partnership))?.instance ?? null;
}

/** What the sender is to the receiver; nothing means that it may not write to it. */
async function relationsOf(
  { store }: Services,
  sender: Head,
  receiver: Head,
): Promise<readonly SignalSource[]> {
  const from = sender.commit;
  const to = receiver.commit;
  const relations: SignalSource[] = [];
  if (to.origin.parent === from.instance) relations.push('parent');
  if (from.origin.parent === to.instance) relations.push('child');
  const { partnership } = from.origin;
  const together = partnership !== null && partnership === to.origin.partnership;
  if (together) {
    const place = await store.directory.partnership(partnership);
    if (place?.instance === from.instance) relations.push('partnership');
  }
  // Across partnerships only a record of the same kind is written to (an issue joined into another).
  if (together || from.definition.id === to.definition.id) relations.push('linked');
  // An instance that nobody started by hand still belongs to its partnership's own course.
  if (together && to.instance !== from.instance && !relations.includes('child')) {
    const place = await store.directory.partnership(partnership);
    if (place?.instance === to.instance) relations.push('child');
  }
  return relations;
}
