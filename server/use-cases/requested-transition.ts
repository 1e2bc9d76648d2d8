import { type Candidate, candidatesAt } from '../../engine/choose-transition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { Proof } from '../../engine/scope.ts';
import type { Asker } from '../access/asker.ts';
import { eventsOfLink, isSpentBy } from '../access/link-scope.ts';
import type { VisibleInstance } from '../access/visible-instance.ts';
import type { Actor, Cause } from '../store/commit.ts';

/** A transition that somebody asks for and may take: in which role, and with which form. */
export interface RequestedTransition {
  readonly form: JsonSchema;
  readonly by: Actor;
  readonly cause: Cause;
  /** The organisation they act for, where each party acts for itself. */
  readonly party: string | null;
  /** The document that is decided on. */
  readonly decides: string | null;
}

/**
 * Works out in which role an asker takes an event. Throws `event-not-possible` when nothing of the
 * kind can be done now, and `not-allowed`, naming who may, when it is not theirs to do.
 */
export function requestedTransition(
  asker: Asker,
  visible: VisibleInstance,
  event: string,
): RequestedTransition {
  const { head, standing } = visible;
  const { workflow } = head;
  const candidates = candidatesAt(workflow, head.commit.snapshot).filter(
    (candidate) => candidate.event === event && candidate.meta.label !== undefined,
  );
  const [first] = candidates;
  if (!first) {
    const finished = head.commit.snapshot.status === 'done';
    throw new ConcordatError(
      finished ? 'instance-finished' : 'event-not-possible',
      `${event} is not possible in ${visible.head.stored.instance}`,
      {
        userMessage: finished
          ? 'This has come to its end, so nothing more can be done here.'
          : 'This cannot be done at this point. It may have moved on since you opened the page: look at what can be done now.',
      },
    );
  }
  const role = roleFor(asker, visible, first);
  if (role === null) throw notAllowed(visible, first);
  const organisation = asker.kind === 'link' ? asker.link.organisation : standing.organisation;
  return {
    form: workflow.forms.get(first.meta)?.shown ?? { type: 'object' },
    by: {
      person: asker.person.id,
      organisation,
      role,
      authority: standing.authority,
      ...(standing.recorded
        ? { authorityBy: standing.recorded.by, authorityAt: standing.recorded.at }
        : {}),
      proof: proofOf(asker),
    },
    cause:
      asker.kind === 'link'
        ? { kind: 'link', link: asker.link.id, spends: isSpentBy(asker.link, event) }
        : { kind: 'person' },
    party: first.meta.eachParty === true ? organisation : null,
    decides: first.meta.decides ?? null,
  };
}

/** By what it is known who asks; the code of a link that needs one was checked before. */
function proofOf(asker: Asker): Proof {
  if (asker.kind === 'link') return asker.link.needsCode ? 'link-and-code' : 'link';
  return asker.token === undefined ? 'signed-in' : 'token';
}

/** A link is a capability for its own events; a person needs one of the transition's roles. */
function roleFor(asker: Asker, visible: VisibleInstance, candidate: Candidate): string | null {
  if (asker.kind === 'link') {
    return eventsOfLink(asker.link, visible.head).includes(candidate.event)
      ? asker.link.role
      : null;
  }
  return candidate.meta.by?.find((role) => visible.roles.includes(role)) ?? null;
}

function notAllowed({ head }: VisibleInstance, { meta, event }: Candidate): ConcordatError {
  const { roles } = head.workflow.definition;
  const who = (meta.by ?? []).map((role) => roles[role]?.title ?? role).join(' or ');
  return new ConcordatError('not-allowed', `${event} needs one of ${(meta.by ?? []).join(', ')}`, {
    userMessage: `“${meta.label}” can only be done by: ${who}.`,
  });
}
