import type { JsonObject, JsonValue } from './json-value.ts';
import type { Data, DocumentReference } from './snapshot.ts';

/** By what it was known that whoever acts is the person named. */
export type Proof =
  | 'signed-in'
  /** A program asked, with a token of theirs. */
  | 'token'
  /** A personal link that was sent to them by e-mail. */
  | 'link'
  /** The same, and a one-time code that was sent to them by e-mail. */
  | 'link-and-code';

/** The person or organisation that acts, as it stood. Ids only. */
export interface ActingPerson {
  readonly person: string;
  readonly organisation: string | null;
  readonly role: string | null;
  /** The written authority on record for them, and who recorded it when. */
  readonly authority?: string;
  readonly authorityBy?: string;
  readonly authorityAt?: string;
  readonly proof?: Proof;
}

/** What does not change while an instance lives. */
export interface InstanceFacts {
  readonly id: string;
  readonly partnership: string | null;
  readonly parent: string | null;
  /** IANA name, e.g. "Europe/London". */
  readonly timeZone: string;
}

/** What is known of the partnership when an instance starts; later it has to come by signal. */
export interface PartnershipFacts {
  readonly id: string;
  /** As people call it; documents name it. */
  readonly title?: string;
  readonly lead: string;
  readonly organisations: readonly string[];
  /** What each organisation is (council, nhs, charity, company, other), by its id. */
  readonly kinds?: Readonly<Record<string, string>>;
}

/** An event as the engine gets it: its fields stand beside `type`. */
export interface EngineEvent {
  readonly type: string;
  readonly party?: string;
  readonly [field: string]: JsonValue | undefined;
}

/** The names an expression may use. */
export interface Scope {
  readonly data: Data;
  readonly event: EngineEvent;
  readonly settings: JsonObject;
  readonly at: string;
  /** The date in the instance's time zone. */
  readonly today: string;
  readonly by: ActingPerson | null;
  readonly party: string | null;
  readonly instance: InstanceFacts;
  readonly documents: Readonly<Record<string, DocumentReference>>;
  readonly partnership: PartnershipFacts | null;
  readonly item?: JsonValue;
}
