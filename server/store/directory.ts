/** Organisations, people, partnerships and who belongs where. People are mutable; history holds ids. */
export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  readonly createdAt: string;
}

export type OrganisationKind = 'council' | 'nhs' | 'charity' | 'company' | 'other';

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Lower case; unique. */
  readonly email: string;
  readonly organisation: string;
  readonly administrator: boolean;
  /** Looks after all partnerships of the installation. */
  readonly coordinator: boolean;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  /** Another one each time their access is ended: what they had signed in with opens nothing again. */
  readonly accessId?: string;
}

/** A partnership is the place that instances belong to; its own course is an instance too. */
export interface Partnership {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly organisations: readonly string[];
  /** The instance of the `partnership` workflow. */
  readonly instance: string;
  readonly createdAt: string;
}

export interface AuthorityRecord {
  /** A person's id; never the one whose authority it is. */
  readonly by: string;
  readonly at: string;
}

/** A person's roles in one partnership, on behalf of one organisation. */
export interface Membership {
  readonly partnership: string;
  readonly person: string;
  readonly organisation: string;
  readonly roles: readonly string[];
  /** The written authority to sign, in the organisation's words ("Scheme of delegation, 4.2"). */
  readonly authority: string | null;
  /** Who gave them a role to sign, or wrote down that authority, last. */
  readonly recorded?: AuthorityRecord;
  readonly since: string;
}

export interface Directory {
  putOrganisation(organisation: Organisation): Promise<void>;
  organisation(id: string): Promise<Organisation | undefined>;
  organisations(): Promise<readonly Organisation[]>;
  /** Throws `conflict` when another person has that e-mail address. */
  putPerson(person: Person): Promise<void>;
  person(id: string): Promise<Person | undefined>;
  personByEmail(email: string): Promise<Person | undefined>;
  people(): Promise<readonly Person[]>;
  putPartnership(partnership: Partnership): Promise<void>;
  partnership(id: string): Promise<Partnership | undefined>;
  partnerships(): Promise<readonly Partnership[]>;
  putMembership(membership: Membership): Promise<void>;
  removeMembership(partnership: string, person: string): Promise<void>;
  members(partnership: string): Promise<readonly Membership[]>;
  membershipsOf(person: string): Promise<readonly Membership[]>;
}
