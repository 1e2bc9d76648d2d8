/** The words on the button of a form: a question is no name for what pressing it does. */
export function buttonWords(label: string): string {
  return isQuestion(label) ? 'Save the answer' : label;
}

/** The heading over a form: a question stands once, over its own answers. */
export function headingWords(label: string): string {
  return isQuestion(label) ? 'Answer a question' : label;
}

function isQuestion(label: string): boolean {
  return label.trimEnd().endsWith('?');
}
