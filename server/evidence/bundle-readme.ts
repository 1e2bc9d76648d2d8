import { formatDateTime } from '../documents/format-date.ts';
import type { Manifest } from './evidence-bundle.ts';

/** `README.txt` of an export: what it is, how to check it, and what it does not hold. */
export function bundleReadme(
  manifest: Omit<Manifest, 'files'>,
  facts: { readonly forName: string | null; readonly verifierHash: string },
): string {
  const { partnership, instances, leftOut, madeAt } = manifest;
  const withheld = instances.filter((instance) => instance.withheld > 0);
  return `${partnership.title}
${'='.repeat(Math.min(partnership.title.length, 80))}

The records of this partnership as Concordat kept them, exported on ${formatDateTime(madeAt, 'UTC')}.
${facts.forName === null ? 'It holds everything but answers that are private to those who gave them.' : `It was made for ${facts.forName} and holds what they may see.`}

What is in it
-------------
index.html        what happened, in sentences
histories/        one file a record: each line is one commit, the exact text that was hashed
personal/         names and other personal values, apart from the histories, with their salts
documents/        every document and upload under its SHA-256; documents.json says what each is
mails.json        the mails that were sent, with a placeholder where a personal link stood
people.json       who the ids in the histories stand for
workflows/        the workflows that the records ran on
manifest.json     every file with its size and SHA-256; manifest.sha256 has its own hash

How to check it
---------------
With Node (20 or newer), in this folder:

    node verify.mjs

It re-computes every hash: of each file, of each commit and of the one before that it cites, of each
personal value and each document. One changed byte anywhere and it says in which file.

Somebody who changes an export could change verify.mjs as well. If that matters, take the script from
somewhere else (it is server/evidence/verify.mjs of Concordat) and run: node verify.mjs FOLDER
The one in this export has the SHA-256
    ${facts.verifierHash}

Somebody who makes up a whole history could make up all its hashes. Compare the newest hashes below
with those that another party has: the mails, documents and exports that it got earlier. The mails, the
list of people and this text stand in no history. To be able to show later that they are as they were,
write down today what verify.mjs prints last: the SHA-256 of the list of files.

Records
-------
${instances
  .map(
    ({ title, commits, head }) =>
      `${title}\n    ${commits} ${commits === 1 ? 'commit' : 'commits'}, newest ${head.hash}`,
  )
  .join('\n')}
${keptBack(withheld)}${leftOutWords(leftOut)}`;
}

function keptBack(withheld: Manifest['instances']): string {
  if (withheld.length === 0) return '';
  const lines = withheld.map(({ title, withheld: count }) => `${title}: ${count} commits`);
  return `
Kept back
---------
These are not for this reader: what was said or written without prejudice, what led to a confidential
record that was only shared as it stands, or what came from a record of others. Their hashes stand in the history, so that the
chain can be checked all the same.
${lines.join('\n')}
`;
}

function leftOutWords(leftOut: Manifest['leftOut']): string {
  if (leftOut.length === 0) return '';
  return `
Left out
--------
${leftOut.map(({ what, hash, why }) => `${what} ${hash}\n    ${why}`).join('\n')}
`;
}
