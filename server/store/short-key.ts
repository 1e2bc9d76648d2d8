import { sha256 } from '../sha256.ts';

/** Keys come from clients and may be long; what is kept and compared is then their hash. */
export function shortKey(key: string): string {
  return key.length <= 200 ? key : `sha256:${sha256(key)}`;
}
