/**
 * What a browser would post from a form of ours when its button is pressed: the successful controls
 * of HTML, read off the markup. Knows exactly the markup that our partials write.
 */
export function postedControls(html: string): Map<string, string[]> {
  const posted = new Map<string, string[]>();
  const put = (name: string, value: string): void => {
    posted.set(name, [...(posted.get(name) ?? []), value]);
  };
  const controls =
    /<input\b([^>]*)>|<textarea\b([^>]*)>([^<]*)<\/textarea>|<select\b([^>]*)>(.*?)<\/select>/gs;
  for (const [, input, area, content, select, options] of html.matchAll(controls)) {
    const attributes = input ?? area ?? select ?? '';
    const name = attribute(attributes, 'name');
    if (name === undefined) continue;
    if (area !== undefined) {
      put(name, unescaped((content ?? '').replace(/^\r?\n/, '')));
    } else if (select !== undefined) {
      const chosen = /<option value="([^"]*)" selected>/.exec(options ?? '');
      const first = /<option value="([^"]*)"/.exec(options ?? '');
      put(name, unescaped((chosen ?? first)?.[1] ?? ''));
    } else {
      const type = attribute(attributes, 'type');
      const ticked = type === 'radio' || type === 'checkbox';
      if (type === 'file' || (ticked && !/ checked(?:\s|$)/.test(attributes))) continue;
      put(name, attribute(attributes, 'value') ?? '');
    }
  }
  return posted;
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#x60;', '`')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');
}
