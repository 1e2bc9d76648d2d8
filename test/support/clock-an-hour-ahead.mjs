// Imported before anything else: a machine whose clock is an hour ahead of everybody's.
const Right = Date;
const AHEAD_MS = 3_600_000;

// mongoose asks for its name
globalThis.Date = class Date extends Right {
  constructor(...given) {
    if (given.length === 0) super(Right.now() + AHEAD_MS);
    else super(...given);
  }

  static now() {
    return Right.now() + AHEAD_MS;
  }
};
