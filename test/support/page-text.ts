/** What a reader sees of a page, in one line. */
export function textOf(html: string): string {
  return decoded(
    html
      .replace(/^[\s\S]*?<main/u, '<main')
      .replace(/<\/main>[\s\S]*$/u, '')
      .replaceAll(/<(?:input|button)[^>]*hidden[^>]*>/gu, '')
      .replaceAll(/<[^>]*>/gu, ' '),
  )
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ ([.,)])/gu, '$1')
    .trim();
}

/** The texts between tags, each by itself. */
export function linesOf(html: string): readonly string[] {
  return html
    .split(/<[^>]*>/u)
    .map((line) => decoded(line).trim())
    .filter((line) => line !== '');
}

/** The sentences of the error summary. */
export function errorsIn(html: string): readonly string[] {
  const list = /govuk-error-summary__list">([\s\S]*?)<\/ul>/u.exec(html)?.[1] ?? '';
  return [...list.matchAll(/<li>([\s\S]*?)<\/li>/gu)].map((match) => textOf(match[1] ?? ''));
}

/** What a browser would post if the form were sent as it stands (files and buttons left out). */
export function controlsOf(html: string): Record<string, string> {
  const form = /<form[^>]*method="post"[\s\S]*?<\/form>/gu;
  const main = html.replace(/^[\s\S]*?<main/u, '<main');
  const inside = main.match(form)?.at(-1) ?? '';
  const controls: Record<string, string> = {};
  for (const [tag] of inside.matchAll(/<input[^>]*>/gu)) {
    const type = attribute(tag, 'type');
    if (type === 'file' || ((type === 'radio' || type === 'checkbox') && !/\schecked/u.test(tag)))
      continue;
    controls[attribute(tag, 'name')] = attribute(tag, 'value');
  }
  for (const match of inside.matchAll(/(<textarea[^>]*>)([\s\S]*?)<\/textarea>/gu)) {
    controls[attribute(match[1] ?? '', 'name')] = decoded(match[2] ?? '').replace(/^\n/u, '');
  }
  for (const match of inside.matchAll(/(<select[^>]*>)([\s\S]*?)<\/select>/gu)) {
    const chosen = /<option[^>]*value="([^"]*)"[^>]*selected/u.exec(match[2] ?? '')?.[1];
    controls[attribute(match[1] ?? '', 'name')] = decoded(chosen ?? '');
  }
  return controls;
}

function attribute(tag: string, name: string): string {
  return decoded(new RegExp(`\\s${name}="([^"]*)"`, 'u').exec(tag)?.[1] ?? '');
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&#x27;|&#39;/gu, "'")
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x60;', '`')
    .replaceAll('&amp;', '&');
}
