import { escapeHtml } from '../documents/escape-html.ts';
import { formatDateTime } from '../documents/format-date.ts';
import type { BundledInstance, Manifest } from './evidence-bundle.ts';

/** One sentence of a history, with its time. */
export interface ToldCommit {
  readonly at: string;
  /** Null for a commit that is kept back. */
  readonly sentence: string | null;
}

/** A record as the page of an export shows it. */
export interface ToldInstance {
  readonly instance: BundledInstance;
  readonly timeZone: string;
  readonly commits: readonly ToldCommit[];
  /** The documents that are in the export, the oldest first. */
  readonly documents: readonly {
    readonly path: string;
    readonly name: string;
    readonly createdAt: string;
  }[];
}

/** `index.html` of an export: every history in sentences. One file, no script, nothing from outside. */
export function historyPage(
  about: Pick<Manifest, 'madeAt' | 'partnership'>,
  told: readonly ToldInstance[],
): string {
  const title = escapeHtml(about.partnership.title);
  const contents = told.map(
    ({ instance }) =>
      `<li><a href="#${instance.id}">${escapeHtml(instance.title)}</a>: ${escapeHtml(instance.state)}</li>`,
  );
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: history</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 3rem; border-top: 2px solid #1a1a1a; padding-top: 1rem; }
dt { margin-top: .75rem; color: #505050; } dd { margin: 0; } code { overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>Exported on ${formatDateTime(about.madeAt, 'UTC')}. README.txt says how to check it.</p>
<ul>
${contents.join('\n')}
</ul>
${told.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function section({ instance, timeZone, commits, documents }: ToldInstance): string {
  const entries = commits.map(
    ({ at, sentence }, index) =>
      `<dt>${index + 1}. ${at === '' ? '' : escapeHtml(formatDateTime(at, timeZone))}</dt><dd>${escapeHtml(sentence ?? 'Kept back: README.txt says why.')}</dd>`,
  );
  const files = documents.map(
    ({ path, name, createdAt }) =>
      `<li><a href="${escapeHtml(path)}">${escapeHtml(name)}</a>, ${escapeHtml(formatDateTime(createdAt, timeZone))}</li>`,
  );
  return `<section aria-labelledby="${instance.id}">
<h2 id="${instance.id}">${escapeHtml(instance.title)}</h2>
<p>${escapeHtml(instance.state)}. Newest hash: <code>${instance.head.hash}</code></p>
${files.length === 0 ? '' : `<h3>Documents</h3>\n<ul>\n${files.join('\n')}\n</ul>`}
<h3>What happened</h3>
<dl>
${entries.join('\n')}
</dl>
</section>`;
}
