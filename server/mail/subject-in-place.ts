import type { MailData } from './mail-data.ts';

/**
 * A subject that stands alone: after what the template says come the record and the partnership, as far
 * as it does not name them. Whoever looks after two hundred partnerships has to know which one it is.
 */
export function subjectInPlace(
  subject: string,
  { instance, partnership }: Pick<MailData, 'instance' | 'partnership'>,
): string {
  const record = instance?.title ?? '';
  const place = partnership?.title ?? '';
  // "Dispute: night-time calls" is named by "night-time calls" too.
  const [, own = record] = /^[^:]{1,40}: (.+)$/u.exec(record) ?? [];
  const isNamed = (title: string, text: string): boolean =>
    title === '' || text.toLocaleLowerCase('en-GB').includes(title.toLocaleLowerCase('en-GB'));
  const named =
    isNamed(own, subject) || isNamed(record, place) ? subject : `${subject} – ${record}`;
  return isNamed(place, named) ? named : `${named} (${place})`;
}
