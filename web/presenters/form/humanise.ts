/** A name from a definition as a person would write it: `reviewDate` and `review-date` → "Review date". */
export function humanise(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .trim()
    .split(/\s+/)
    .map((word) => (/^[A-Z\d]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A title inside a sentence: "Review date" → "review date"; "MOU title" and "I confirm" stay, since
 * their capital is not there for being first.
 */
export function midSentence(title: string): string {
  const first = title.split(/\s/, 1)[0] ?? '';
  const keeps = first === 'I' || first.startsWith("I'") || /[A-Z\d]/.test(first.slice(1));
  return keeps ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
