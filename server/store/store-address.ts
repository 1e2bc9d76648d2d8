/**
 * A store's URL as it may be shown and logged: without user name, password and options, which may
 * hold secrets too.
 */
export function storeAddress(url: string): string {
  if (url.startsWith('lmdb:')) return url;
  return url.replace(/\?.*$/su, '').replace(/\/\/.*@/su, '//');
}
