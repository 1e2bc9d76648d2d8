/** Parts of an address after which a secret follows: `/l/TOKEN`, `/sign-in/TOKEN`, `/set-up/TOKEN`. */
const BEFORE_SECRET = new Set(['l', 'link', 'sign-in', 'set-up']);

/**
 * A request's path as it may stand in a log: what follows `/l/`, `/sign-in/` or `/set-up/`, and
 * anything else that looks like a token or is written with %-codes, becomes `…`; so does each value
 * after `?`, since people search for names. SHA-256 hashes of documents stay.
 */
export function maskPath(path: string): string {
  const [withoutFragment = ''] = path.split('#', 1);
  const [before, query] = splitOnce(withoutFragment, '?');
  const parts = before.split('/');
  const masked = parts.map((part, index) => {
    if (part === '') return part;
    const previous = parts[index - 1] ?? '';
    if (BEFORE_SECRET.has(previous.toLowerCase()) || looksSecret(part)) return '…';
    const text = maskText(part);
    // No id needs %-codes; whatever somebody typed into an address does.
    return text.includes('%') ? '…' : text;
  });
  return masked.join('/') + (query === undefined ? '' : `?${maskQuery(query)}`);
}

/** Masks links, tokens and e-mail addresses wherever they stand in a text. */
export function maskText(text: string): string {
  return text
    .replace(/\/(l|link|sign-in|set-up)\/[^/\s?#"'<>)\]]+/gi, '/$1/…')
    .replace(/:\/\/[^\s/@"'<>]{1,500}@/g, '://…@')
    .replace(/[^\s@<>"'(),;:=&/?]{1,200}(@|%40)[a-z0-9.-]{1,253}/gi, '…@…')
    .replace(/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 …')
    .replace(/[A-Za-z0-9_-]{40,}/g, (run) => (looksSecret(run) ? '…' : run));
}

function looksSecret(text: string): boolean {
  return /[A-Za-z0-9_-]{40,}/.test(text) && !/^[0-9a-f]{64}$/.test(text) && !isWords(text);
}

/** A long name such as `partnership-agreement-between-two-organisations` is no token. */
function isWords(text: string): boolean {
  return /^[a-z]+([-_][a-z]+)*$/.test(text) && text.split(/[-_]/).every((word) => word.length < 25);
}

function maskQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => (pair.includes('=') ? `${maskText(pair.split('=', 1)[0] ?? '')}=…` : '…'))
    .join('&');
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
