import type { LinkRecord } from '../store/link.ts';
import type { Person } from '../store/directory.ts';

/** Who asks: a signed-in person, an API token of a person, or somebody who opened a personal link. */
export type Asker =
  | {
      readonly kind: 'person';
      readonly person: Person;
      /** The token with which a program asks in their name. */
      readonly token?: string;
    }
  | { readonly kind: 'link'; readonly person: Person; readonly link: LinkRecord };
