/** The pages that mails and other pages point to; always made from the configured address. */
export function instanceAddress(url: string, instance: string): string {
  return `${url}/instances/${instance}`;
}

/** Where a personal link leads. The token stands in the path and is masked in every log. */
export function linkAddress(url: string, token: string): string {
  return `${url}/l/${token}`;
}
