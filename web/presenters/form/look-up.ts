/** The value at a dotted path ("data.subject"), through own properties only. */
export function lookUp(scope: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    return (value as Record<string, unknown>)[step];
  }, scope);
}
