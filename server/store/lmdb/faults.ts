/** The writes of the store, by name. */
export type WritePoint =
  | 'append'
  | 'project'
  | 'copy'
  | 'erase-personal'
  | 'claim'
  | 'finish-task'
  | 'link'
  | 'directory'
  | 'document'
  | 'document-file'
  | 'mail'
  | 'definition'
  | 'session'
  | 'work'
  | 'work-file'
  | 'installation'
  | 'filling'
  | 'check';

/**
 * Called around each write: `before-commit` when everything has been decided and nothing is written
 * yet, `after-commit` when it is durable but the caller does not know. What it throws is treated as
 * the disk's own error.
 */
export type Faults = (moment: 'before-commit' | 'after-commit', point: WritePoint) => void;
