/**
 * A banner of a workflow as the band under the header: what stands before the first colon or full
 * stop is its title ("Operating unsigned: delivery has begun …").
 */
export function presentBanner(banner: string): { readonly title: string; readonly text?: string } {
  const parts = /^([^:.]+)[:.]\s+(.+)$/su.exec(banner);
  const [, title, text] = parts ?? [];
  return title !== undefined && text !== undefined ? { title, text } : { title: banner };
}
