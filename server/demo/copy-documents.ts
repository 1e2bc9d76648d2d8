import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCommit } from '../runtime/head.ts';
import type { Store } from '../store/store.ts';

/** A PDF that was laid out for people to open. */
export interface CopiedDocument {
  readonly file: string;
  readonly title: string;
  /** An agreement with its certificate of signatures. */
  readonly executed: boolean;
}

/** Copies the newest PDF of every document of every record into a folder, under names for people. */
export async function copyDocuments(
  store: Store,
  folder: string,
): Promise<readonly CopiedDocument[]> {
  await mkdir(folder, { recursive: true });
  const copied: CopiedDocument[] = [];
  for (const instance of await store.commits.instances({ limit: 10_000 })) {
    const head = await store.commits.head(instance);
    const documents = head ? readCommit(head).snapshot.documents : {};
    for (const [name, { pdf, title, at }] of Object.entries(documents)) {
      const bytes = await store.documents.bytes(pdf);
      if (!bytes) continue;
      const executed = name === 'executed';
      const words = `${at.slice(0, 10)} ${title}${executed ? ' (signed by all)' : ''}`;
      const file = join(folder, `${fileName(words)} ${pdf.slice(0, 6)}.pdf`);
      await writeFile(file, bytes);
      copied.push({ file, title, executed });
    }
  }
  return copied.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function fileName(words: string): string {
  return words.replaceAll(/[^\p{L}\p{M}\p{N} ().-]/gu, '').slice(0, 120);
}
