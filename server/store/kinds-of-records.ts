import { inGroups } from '../in-groups.ts';
import { damaged } from './damaged.ts';
import type { DocumentInfo } from './document-store.ts';
import type { Page, PageAsk } from './page.ts';
import type { Store } from './store.ts';
import type { LongWork } from './work-store.ts';

/**
 * A kind of records that a store holds beside its histories. Sessions are none, nor counts of how often
 * something was tried: whoever is signed in signs in again where the copy is served.
 */
export interface KindOfRecords {
  readonly name: string;
  /** In plain English, after "the". */
  readonly title: string;
  page(store: Store, ask: PageAsk): Promise<Page<unknown>>;
  /** Puts them where they belong in the other store, as often as it takes. */
  copy(records: readonly unknown[], from: Store, to: Store): Promise<void>;
}

/** Read before the histories are: see `copyStore`. */
export const TASKS = kind({
  name: 'tasks',
  title: 'tasks, also those that are done',
  page: ({ tasks }, ask) => tasks.all(ask),
  copy: (records, _, { tasks }) => tasks.copy(records),
});

export const LINKS = kind({
  name: 'links',
  title: 'personal links',
  page: ({ links }, ask) => links.all(ask),
  copy: (records, _, { links }) => links.copy(records),
});

export const MAILS = kind({
  name: 'mails',
  title: 'mails that were sent',
  page: ({ mails }, ask) => mails.all(ask),
  copy: (records, _, { mails }) => each(records, (mail) => mails.put(mail)),
});

/** What histories rest on, and what stands beside them, in the order in which it is copied. */
export const OTHER_KINDS: readonly KindOfRecords[] = [
  kind({
    name: 'documents',
    title: 'documents',
    page: ({ documents }, ask) => documents.all(ask),
    copy: (records, from, to) => inGroups(records, 4, (about) => copyDocument(about, from, to)),
  }),
  kind({
    name: 'personalValues',
    title: 'personal values',
    page: ({ commits }, ask) => commits.allPersonal(ask),
    copy: (records, _, { commits }) => commits.copyPersonal(records),
  }),
  LINKS,
  MAILS,
  kind({
    name: 'definitions',
    title: 'published workflows',
    page: ({ definitions }) => whole(definitions.list()),
    copy: (records, _, { definitions }) => each(records, (one) => definitions.publish(one)),
  }),
  kind({
    name: 'organisations',
    title: 'organisations',
    page: ({ directory }) => whole(directory.organisations()),
    copy: (records, _, { directory }) => each(records, (one) => directory.putOrganisation(one)),
  }),
  kind({
    name: 'people',
    title: 'people',
    page: ({ directory }) => whole(directory.people()),
    copy: (records, _, { directory }) => each(records, (one) => directory.putPerson(one)),
  }),
  kind({
    name: 'partnerships',
    title: 'partnerships',
    page: ({ directory }) => whole(directory.partnerships()),
    copy: (records, _, { directory }) => each(records, (one) => directory.putPartnership(one)),
  }),
  kind({
    name: 'memberships',
    title: 'memberships',
    page: ({ directory }) => whole(allMemberships(directory)),
    copy: (records, _, { directory }) => each(records, (one) => directory.putMembership(one)),
  }),
  kind({
    name: 'installation',
    title: 'settings',
    page: ({ installation }) => whole(installation.get().then((one) => (one ? [one] : []))),
    copy: (records, _, { installation }) => each(records, (one) => installation.put(one)),
  }),
  kind({
    name: 'tokens',
    title: 'tokens of the API',
    page: ({ installation }) => whole(installation.tokens()),
    copy: (records, _, { installation }) => each(records, (one) => installation.putToken(one)),
  }),
  kind({
    name: 'work',
    title: 'backups and exports that were asked for',
    page: ({ work }, ask) => work.all(ask),
    copy: (records, from, to) => inGroups(records, 1, (work) => copyWork(work, from, to)),
  }),
];

function kind<T>(given: {
  readonly name: string;
  readonly title: string;
  readonly page: (store: Store, ask: PageAsk) => Promise<Page<T>>;
  readonly copy: (records: readonly T[], from: Store, to: Store) => Promise<void>;
}): KindOfRecords {
  return given;
}

/** The small kinds are listed whole, as the pages list them. */
async function whole<T>(listed: Promise<readonly T[]>): Promise<Page<T>> {
  return { records: await listed, next: null };
}

async function each<T>(records: readonly T[], put: (record: T) => Promise<unknown>): Promise<void> {
  await Promise.all(records.map(put));
}

async function allMemberships(directory: Store['directory']) {
  const partnerships = await directory.partnerships();
  const members = await Promise.all(partnerships.map(({ id }) => directory.members(id)));
  return members.flat();
}

/** The bytes too: they are read with their hash checked, and named by it again. */
async function copyDocument(about: DocumentInfo, from: Store, to: Store): Promise<void> {
  const { hash, size: _, ...rest } = about;
  if ((await to.documents.info(hash, about.instance)) !== undefined) return;
  const bytes = await from.documents.bytes(hash);
  if (bytes === undefined) throw damaged(`document ${hash} is missing`, { hash });
  await to.documents.put(bytes, rest);
}

/** With the file of an export, as far as it is still kept. */
async function copyWork(work: LongWork, from: Store, to: Store): Promise<void> {
  const pieces = work.result?.kind === 'export' ? work.result.pieces : 0;
  for (let piece = 0; piece < pieces; piece += 1) {
    const bytes = await from.work.piece(work.id, piece);
    if (bytes !== undefined) await to.work.putPiece(work.id, piece, bytes);
  }
  await to.work.put(work);
}
