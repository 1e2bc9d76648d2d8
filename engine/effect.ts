import type { JsonObject, JsonValue } from './json-value.ts';

/**
 * What a step asks the outside world to do, as data: all expressions are worked out, `forEach` is
 * expanded. `n` numbers it inside its commit; its key is `instance:seq:n`.
 */
export type Effect =
  | NotifyEffect
  | AskEffect
  | DocumentEffect
  | StartEffect
  | SignalEffect
  | CalendarEffect;

/** An effect before it has its numbers: its own in the commit, and which asking for a document it is. */
export type UnnumberedEffect = Effect extends infer Each
  ? Each extends Effect
    ? Omit<Each, 'n' | 'asked' | 'awaited'>
    : never
  : never;

interface EffectBase {
  readonly n: number;
}

/** Who a mail goes to: roles, perhaps narrowed to one organisation, or to one person. */
interface Recipients {
  readonly to: readonly string[];
  readonly of: string | null;
  /** Absent: everybody who holds one of the roles. */
  readonly person?: string;
}

export interface NotifyEffect extends EffectBase, Recipients {
  readonly type: 'notify';
  readonly template: string;
  readonly with: JsonObject;
  /** Hash of the PDF that goes with the mail. */
  readonly attach: string | null;
}

export interface AskEffect extends EffectBase, Recipients {
  readonly type: 'ask';
  readonly template: string;
  readonly events: readonly string[];
  /** True for a link that is spent by the one decision it was made for. */
  readonly once: boolean;
  readonly document: string | null;
  /** The manifest hash that stood when it was asked; the link is for this and no other. */
  readonly manifest: string | null;
  readonly expires: string;
  readonly code: boolean;
  readonly with: JsonObject;
}

export interface DocumentEffect extends EffectBase {
  readonly type: 'document';
  readonly name: string;
  /** Which asking for a document of this name it is, from 1: an earlier one's result is out of date. */
  readonly asked: number;
  /** The place that the step led to waits for it: once that is left, it is out of date. */
  readonly awaited: boolean;
  readonly template: string;
  readonly title: string;
  readonly data: JsonObject;
  /** What the text it is compared with was drawn from (a document's `request`); null: the last one. */
  readonly since: string | null;
  /** Documents that follow on pages of their own, such as the certificate of signatures. */
  readonly attachments: readonly { readonly template: string; readonly data: JsonObject }[];
}

export interface StartEffect extends EffectBase {
  readonly type: 'start';
  readonly name: string;
  readonly workflow: string;
  readonly data: JsonObject;
  readonly linked: boolean;
}

export interface SignalEffect extends EffectBase {
  readonly type: 'signal';
  readonly to: 'parent' | 'partnership' | { readonly instance: string };
  readonly event: string;
  readonly with: JsonObject;
}

export interface CalendarEffect extends EffectBase, Recipients {
  readonly type: 'calendar';
  readonly name: string;
  readonly title: string;
  readonly on: JsonValue;
}
