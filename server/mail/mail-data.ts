import type { JsonObject } from '../../engine/json-value.ts';

/** What every mail template is given; `with` holds what is the template's own. */
export interface MailData {
  readonly installation: {
    readonly name: string;
    /** Where people reach it, without a slash at the end. */
    readonly url: string;
    /** IANA name. */
    readonly timeZone: string;
  };
  readonly recipient: { readonly name: string; readonly organisation: string | null };
  readonly partnership?: { readonly title: string };
  /** `state` is the title of the state it is in. */
  readonly instance?: { readonly title: string; readonly state: string };
  /** When it is due, in words that stand after "by": `deadlineInWords`. */
  readonly due?: string;
  /** Whose doing the mail is about; `self` when it goes to them. */
  readonly actor?: {
    readonly name: string;
    readonly organisation: string | null;
    readonly self?: boolean;
  };
  /** The page it is about, for people who sign in; a personal link stands in its place. */
  readonly url?: string;
  readonly with: JsonObject;
}
