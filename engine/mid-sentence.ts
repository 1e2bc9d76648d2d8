/**
 * A title inside a sentence: "Review date" → "review date"; "MOU title" and "I confirm" stay, since
 * their capital is not there for being first.
 */
export function midSentence(title: string): string {
  const first = title.split(/\s/, 1)[0] ?? '';
  const keeps = first === 'I' || /^I[’']/u.test(first) || /[A-Z\d]/.test(first.slice(1));
  return keeps ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
