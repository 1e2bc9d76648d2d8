import { ConcordatError } from '../../engine/errors.ts';

/** An e-mail address as it is compared: however it is written, it is one person's. */
export function addressKey(email: string): string {
  return email.trim().toLowerCase();
}

/** What is thrown when the address belongs to somebody else. */
export function emailTaken(holder: string): ConcordatError {
  return new ConcordatError('conflict', 'that e-mail address belongs to another person', {
    userMessage:
      'Another person here already has this e-mail address. Use a different address, or change the person who has it.',
    details: { person: holder },
  });
}
