import type { JsonSchema } from './json-schema.ts';

/**
 * A workflow as its author writes it: one JSON file. `machine` is a plain XState v5 config;
 * everything of ours stands beside it, in `meta`, in the `params` of named guards and actions, and
 * in named delays. The language is described for authors in docs/writing-workflows.md.
 */
export interface WorkflowDefinition {
  readonly $schema?: string;
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  /** The guides this workflow comes from, as a reader would cite them. */
  readonly sources: readonly string[];
  /** How a new instance is named in lists, e.g. "Dispute: {subject}". */
  readonly instanceTitle?: string;
  readonly start: StartSpec;
  readonly data: JsonSchema;
  readonly roles: Readonly<Record<string, RoleSpec>>;
  readonly access?: AccessSpec;
  readonly settings?: Readonly<Record<string, SettingSpec>>;
  readonly deadlines?: Readonly<Record<string, DeadlineSpec>>;
  /** Data that the coordinator may no longer correct, and what to do instead. */
  readonly locked?: readonly LockedSpec[];
  readonly register?: { readonly title: string; readonly columns: readonly string[] };
  readonly machine: MachineConfig;
}

/** Who may open a new instance, and with which form. Absent `by`: only other workflows start it. */
export interface StartSpec {
  readonly label: string;
  readonly by?: readonly string[];
  readonly form?: FormSpec;
  /** Data worked out at the start, beside what the form gave. */
  readonly set?: Readonly<Record<string, ValueExpression>>;
}

/**
 * Who holds a role. `held` names a membership role; `person` names the data that holds a person, or
 * a list of them (or several such places); with `named`, a list of entries that each name one in that field, and where an entry
 * has a `party`, it counts for somebody of that organisation only;
 * `of` narrows to the organisation (or the list of parties) found there. Without `of` the role
 * belongs to every party of the instance, or to every organisation of the partnership. `when` is a
 * CEL condition over `data`: the role is held only while it is true.
 */
export interface RoleSpec {
  readonly title: string;
  readonly held?: string | readonly string[];
  readonly person?: string | readonly string[];
  readonly named?: string;
  readonly of?: string;
  readonly when?: string;
}

/** Who may see an instance that is not for everybody in the partnership. */
export interface AccessSpec {
  readonly seenBy: readonly string[];
  /** A CEL condition over `data`: once true, everybody in the partnership sees it. */
  readonly sharedWhen?: string;
}

export interface SettingSpec {
  readonly title: string;
  readonly description?: string;
  readonly type: 'integer' | 'string' | 'boolean';
  readonly default: number | string | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * When something is due. `from` is "entry" or a path into the data ("data.reviewDate"); exactly one
 * of `after` and `before` gives the distance. Whole days count from the day after `from` and end at
 * midnight in the instance's time zone; durations with hours count from the instant.
 */
export interface DeadlineSpec {
  readonly title: string;
  readonly from: string;
  readonly after?: Distance;
  readonly before?: Distance;
  readonly reminders?: readonly ReminderSpec[];
  readonly chases?: ChaseSpec;
  /** A CEL condition over `data`: it runs only while that is true, and is due at no time else. */
  readonly when?: string;
  /** What happens when it passes, as a sentence: stands in the mails that remind of it. */
  readonly otherwise?: string;
  /** By role: who of its holders still owes something. Nobody else is reminded or chased in it. */
  readonly owedBy?: Readonly<Record<string, OwedSpec>>;
}

/**
 * When somebody still owes: `cel` gives true for them (`by.person`, `by.organisation`, `party`), or
 * they may sign now by their party's own rule. Exactly one of the two.
 */
export interface OwedSpec {
  readonly cel?: string;
  readonly signOff?: SigningPlaces;
}

/** Where an instance keeps what is signed, by whom, and who passed it on. */
export interface SigningPlaces {
  readonly signatures: string;
  readonly delegations: string;
  readonly document: string;
}

/** "P12W" (ISO 8601), "settings.x" or "data.x" holding one, or working days as a number or a path. */
export type Distance = string | { readonly workingDays: number | string };

export interface ReminderSpec {
  readonly before: Distance;
  readonly to: readonly string[];
  readonly template: string;
}

export interface ChaseSpec {
  readonly every: string;
  readonly max: number;
  readonly to: readonly string[];
  readonly template: string;
}

export interface LockedSpec {
  readonly fields: readonly string[];
  /** A CEL condition over `data`; absent: always locked. */
  readonly when?: string;
  readonly otherwise: string;
}

/**
 * A form is written out as JSON Schema, or names fields of the data (`fields`, with `required`):
 * their schemas are taken from there and the form opens with what the data holds.
 */
export type FormSpec = JsonSchema | FieldsForm;

export interface FieldsForm {
  readonly fields: readonly string[];
  readonly required?: readonly string[];
}

/** What stands in the `meta` of a transition. */
export interface TransitionMeta {
  /** The words on the button; a person takes this transition. */
  readonly label?: string;
  readonly hint?: string;
  readonly by?: readonly string[];
  readonly form?: FormSpec;
  /** Asked before it is done; a sentence in plain English. */
  readonly confirm?: string;
  /** Each of `data.parties` takes it for itself; `event.party` is set by the server. */
  readonly eachParty?: boolean;
  /** The document that is decided on: the event must carry its current manifest hash. */
  readonly decides?: string;
  /** What is decided on where it is no document: fields of the data, shown with the form. */
  readonly about?: readonly string[];
  /** What the history says, with {names} from the event: "Signed for {party} by {fullName}". */
  readonly story?: string;
  /** May be done at any time; nobody waits for it, so it is not on anybody's list of work. */
  readonly optional?: boolean;
  /** Looks dangerous on the page (withdraw, end). */
  readonly grave?: boolean;
  /** Taken by a signal from another instance, not by a person. */
  readonly signal?: readonly SignalSource[];
}

export type SignalSource = 'parent' | 'child' | 'partnership' | 'linked';

/** What stands in the `meta` of a state. */
export interface StateMeta {
  readonly title?: string;
  readonly hint?: string;
  /** What the people wait for here, in one sentence. */
  readonly waiting?: string;
  /** The end this final state is: how it went. */
  readonly outcome?: 'good' | 'neutral' | 'bad';
  /** A banner on every page of the partnership, e.g. "Operating unsigned". */
  readonly banner?: string;
  /** The steps of this stage, shown as a task list. */
  readonly steps?: readonly StepSpec[];
}

/** One row of a stage's task list. Done and due are CEL / paths over the data. */
export interface StepSpec {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly source?: string;
  readonly doneWhen: string;
  readonly startedWhen?: string;
  /** A path into the data that holds the due date. */
  readonly due?: string;
  /** The event or workflow that does this step. */
  readonly event?: string;
  readonly workflow?: string;
}

/** One criterion of a `meets` gate. Exactly one of `schema`, `cel` and `none`. */
export interface Criterion {
  readonly schema?: JsonSchema;
  readonly cel?: string;
  /** A CEL expression giving a list; met when the list is empty, else each item is shown. */
  readonly none?: string;
  readonly otherwise: string;
  readonly do?: string;
  /** While it is not met, the transition does not concern this record, and nobody is shown it. */
  readonly applies?: boolean;
}

/** A literal, or where the value comes from. Objects and arrays are worked out inside. */
export type ValueExpression =
  | null
  | boolean
  | number
  | string
  | { readonly from: string }
  | { readonly cel: string }
  | { readonly list: readonly ValueExpression[] }
  | { readonly object: Readonly<Record<string, ValueExpression>> };

/** A plain XState v5 state node config, as far as our dialect allows it. */
export interface MachineConfig {
  readonly id?: string;
  readonly initial?: string;
  readonly type?: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly history?: 'shallow' | 'deep';
  readonly target?: string;
  readonly meta?: StateMeta;
  readonly states?: Readonly<Record<string, MachineConfig>>;
  readonly on?: Readonly<Record<string, OneOrMore<TransitionConfig>>>;
  readonly after?: Readonly<Record<string, OneOrMore<TransitionConfig>>>;
  readonly always?: OneOrMore<TransitionConfig>;
  readonly onDone?: OneOrMore<TransitionConfig>;
  readonly entry?: OneOrMore<ActionConfig>;
  readonly exit?: OneOrMore<ActionConfig>;
  readonly description?: string;
  readonly tags?: readonly string[];
}

export interface TransitionConfig {
  readonly target?: string;
  readonly guard?: GuardConfig;
  readonly actions?: OneOrMore<ActionConfig>;
  readonly reenter?: boolean;
  readonly description?: string;
  readonly meta?: TransitionMeta;
}

export interface GuardConfig {
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface ActionConfig {
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export type OneOrMore<T> = T | readonly T[];

/** `x` as a list, whichever way the author wrote it. */
export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
