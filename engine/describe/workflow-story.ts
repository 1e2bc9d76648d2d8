/** What a workflow does, in plain English; no internal name stands in it. */
export interface WorkflowStory {
  readonly title: string;
  readonly summary: string;
  readonly sources: readonly string[];
  readonly start: {
    readonly label: string;
    /** Titles of the roles who may; empty when only other workflows begin it. */
    readonly by: string;
    readonly asks: readonly string[];
  };
  readonly states: readonly StateStory[];
}

export interface StateStory {
  readonly title: string;
  /** 0 for the outermost states; what lies inside counts up. */
  readonly level: number;
  readonly kind: 'place' | 'group' | 'end';
  readonly outcome: 'good' | 'neutral' | 'bad' | null;
  readonly first: boolean;
  readonly waiting: string | null;
  readonly onArrival: readonly string[];
  readonly onLeaving: readonly string[];
  readonly deadlines: readonly DeadlineStory[];
  readonly ways: readonly WayStory[];
  readonly tasks: readonly string[];
}

export interface DeadlineStory {
  readonly title: string;
  readonly due: string;
  readonly mails: readonly string[];
}

/** One way on: what a person does, or what comes by itself. */
export interface WayStory {
  /** The button; or when it comes, in words. */
  readonly what: string;
  /** Who may do it; null when no person does. */
  readonly who: string | null;
  readonly asks: readonly string[];
  /** What is said while it is not possible. */
  readonly unless: readonly string[];
  /** What happens then. */
  readonly brings: readonly string[];
  /** The title of where it leads; null when it stays. */
  readonly leadsTo: string | null;
}
