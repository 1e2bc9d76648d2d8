/** One thing to put right: where in the values, where on the page, and what to do. */
export interface FormError {
  /** JSON pointer into the values. */
  readonly path: string;
  readonly href: string;
  readonly message: string;
  /** Which of a date's three fields are wrong; absent: all. */
  readonly parts?: readonly string[];
}

/** Which list was just changed, so that the keyboard goes on where the work is. */
export interface FormFocus {
  readonly did: 'add' | 'remove';
  readonly name: string;
}
