/** Invisible characters that change what a reader sees without standing in the text themselves. */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/gu;

/**
 * Text as it can safely stand in a document that people sign. Line endings become `\n`, tabs become
 * spaces, and control characters, half surrogates and direction overrides (with which a text can be
 * made to read differently from what it says) are written out, as in `[U+202E]`.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u2028\u2029\u0085]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(HIDDEN, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    });
}
