/**
 * Keeps answers of a pure function by a text that names its arguments. Calendar arithmetic is the
 * slowest part of a step and asks the same few questions again and again.
 */
export function remember<T>(limit: number): (key: string, work: () => T) => T {
  const known = new Map<string, T>();
  return (key, work) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const answer = work();
    if (known.size >= limit) known.clear();
    known.set(key, answer);
    return answer;
  };
}
