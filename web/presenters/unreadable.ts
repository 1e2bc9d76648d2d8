/**
 * What a page says when something that belongs on it is damaged: nothing is passed over in silence.
 * Empty when everything could be read.
 */
export function unreadableText(count: number): string {
  if (count === 0) return '';
  const what =
    count === 1
      ? 'One record that belongs here could not be read and is not shown.'
      : `${count} records that belong here could not be read and are not shown.`;
  return `${what} Tell whoever administers this installation: they can check what is stored and bring back a backup.`;
}
