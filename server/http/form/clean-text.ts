/**
 * Typed text as it is kept: line ends as one sign, no outer blanks, and none of the invisible control
 * characters that come along when text is pasted from a word processor.
 */
export function cleanText(text: string): string {
  return text
    .replaceAll(/\r\n?|[\v\f\u2028\u2029]/g, '\n')
    .replaceAll(/\p{Cc}/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : ''))
    .trim();
}
