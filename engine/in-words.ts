/** "a", "a and b", "a, b and c"; empty for none. */
export function inWords(list: readonly string[], join: 'and' | 'or'): string {
  if (list.length <= 1) return list[0] ?? '';
  return `${list.slice(0, -1).join(', ')} ${join} ${list.at(-1)}`;
}
