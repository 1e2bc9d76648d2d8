/** The words on the button of a form: neither a question nor "Edit" names what pressing it does. */
export function buttonWords(label: string): string {
  if (isQuestion(label)) return 'Save the answer';
  return editedPart(label) === undefined ? label : 'Save';
}

/** The heading over a form: a question stands once, over its own answers. */
export function headingWords(label: string): string {
  return isQuestion(label) ? 'Answer a question' : label;
}

/** What the next page says when it has been done. */
export function doneWords(label: string): string {
  if (isQuestion(label)) return `The answer to “${label}” has been recorded.`;
  const edited = editedPart(label);
  if (edited === undefined) return `“${label}” has been recorded.`;
  return `“${edited.charAt(0).toUpperCase()}${edited.slice(1)}” has been saved.`;
}

function isQuestion(label: string): boolean {
  return label.trimEnd().endsWith('?');
}

/** "Edit the review" → "review". */
function editedPart(label: string): string | undefined {
  return /^Edit (?:the )?(?<part>.+)$/u.exec(label)?.groups?.['part'];
}
