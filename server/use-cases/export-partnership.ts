import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { titleWithNames } from '../access/name-title.ts';
import { type VisibleInstance, visibleInstance } from '../access/visible-instance.ts';
import { createRowAccess } from '../access/row-access.ts';
import { breathe } from '../breathe.ts';
import { cameFromOthers } from '../access/came-from-others.ts';
import { namesById } from '../access/name-ids.ts';
import { bundleReadme } from '../evidence/bundle-readme.ts';
import { bundleInstance, type InstanceBundle } from '../evidence/bundle-instance.ts';
import type { BundledFile, ExportSink, LeftOut, Manifest } from '../evidence/evidence-bundle.ts';
import { historyPage } from '../evidence/history-page.ts';
import { installationRoot } from '../installation-root.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { Partnership, Person } from '../store/directory.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import type { SentMail } from '../store/mail-store.ts';
import type { TellProgress } from '../store/store.ts';
import { everyRowOf } from './open-rows-in.ts';
import { loadPartnership, visiblePartnership } from '../access/load-partnership.ts';

export interface ExportPartnership {
  readonly partnership: string;
  /**
   * Whose view it is: it holds the records they may see, the mails they got, and nothing that was
   * said without prejudice. Null: everything, for whoever looks after the installation.
   */
  readonly reader: Person | null;
}

type Parts = Pick<Services, 'store' | 'workflows' | 'clock'>;

/**
 * Writes one partnership into `sink` so that it can be read and checked without Concordat: histories,
 * documents, mails, and the script that re-computes every hash; `tell` hears how far it has come.
 * Throws `not-found`.
 */
export async function exportPartnership(
  services: Parts,
  request: ExportPartnership,
  sink: ExportSink,
  tell?: TellProgress,
): Promise<Manifest> {
  const { store, clock } = services;
  const { reader } = request;
  const partnership = await partnershipFor(services, request);
  const names = await namesById(store);
  const files: BundledFile[] = [];
  const add = async (path: string, content: string | Uint8Array): Promise<void> => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    await sink.add(path, bytes);
    files.push({ path, size: bytes.length, sha256: sha256(bytes) });
  };

  // one for the whole export: many commits came from the same few records
  const access = reader && createRowAccess(services, { kind: 'person', person: reader });
  const bundles: InstanceBundle[] = [];
  const leftOut: LeftOut[] = [];
  const documents = new Map<string, string>();
  const rows = await instancesFor(services, partnership.id, reader);
  for (const [index, { row, seen }] of rows.entries()) {
    await tell?.('Writing the records', index, rows.length);
    const bundle = await bundleInstance(services, row, {
      seen,
      isOfOthers: async (commit) =>
        access !== null && (await cameFromOthers(services, access, commit)),
      names,
      known: documents,
      add,
    });
    bundles.push(bundle);
    leftOut.push(...bundle.leftOut);
  }
  await tell?.('Writing the mails and the list of people', rows.length, rows.length);
  await add('documents.json', jsonText(bundles.flatMap(({ documents: own }) => own)));
  await addDefinitions(services, bundles, add);
  const mails = await mailsOf(services, partnership.id, bundles, reader);
  await add('mails.json', jsonText(mails));
  await add('people.json', jsonText(await peopleIn(services, partnership, bundles, mails)));

  const about = {
    format: 1,
    product: 'Concordat',
    madeAt: clock.now(),
    madeFor: reader?.id ?? null,
    partnership: { id: partnership.id, title: titleWithNames(names, partnership.title) },
    instances: bundles.map(({ instance }) => instance),
    leftOut,
  } as const;
  const verifier = await readFile(join(installationRoot(), 'server/evidence/verify.mjs'));
  await add('verify.mjs', verifier);
  await add(
    'index.html',
    historyPage(
      about,
      bundles.map(({ told }) => told),
    ),
  );
  const forName = reader?.name ?? null;
  await add('README.txt', bundleReadme(about, { forName, verifierHash: sha256(verifier) }));
  const manifest: Manifest = { ...about, files };
  const text = Buffer.from(jsonText(manifest));
  await sink.add('manifest.json', text);
  await sink.add('manifest.sha256', Buffer.from(`${sha256(text)}  manifest.json\n`));
  return manifest;
}

async function partnershipFor(
  services: Parts,
  { partnership: id, reader }: ExportPartnership,
): Promise<Partnership> {
  if (reader !== null) return visiblePartnership(services, { kind: 'person', person: reader }, id);
  const partnership = await loadPartnership(services, id);
  if (partnership) return partnership;
  throw new ConcordatError('not-found', `there is no partnership ${id}`, {
    userMessage: 'There is no such partnership here.',
  });
}

/**
 * The records that are theirs to see, the oldest first. Of others nothing is told, neither that there
 * are any nor how many.
 */
async function instancesFor(
  services: Parts,
  partnership: string,
  reader: Person | null,
): Promise<readonly { readonly row: InstanceRow; readonly seen: VisibleInstance | null }[]> {
  const found: { row: InstanceRow; seen: VisibleInstance | null }[] = [];
  for (const row of await instancesOf(services, partnership)) {
    const seen = reader === null ? null : await seenBy(services, reader, row.id);
    if (seen !== undefined) found.push({ row, seen });
  }
  return found;
}

/** All records of a partnership, the oldest first. */
async function instancesOf(services: Parts, partnership: string): Promise<readonly InstanceRow[]> {
  const all = [...(await everyRowOf(services, { partnership }))];
  return all.sort((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0));
}

async function seenBy(
  services: Parts,
  person: Person,
  instance: string,
): Promise<VisibleInstance | undefined> {
  try {
    return await visibleInstance(services, { kind: 'person', person }, instance);
  } catch (error) {
    // What cannot be read is damaged, and not to be passed over as somebody else's.
    if (isConcordatError(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** The published text of each workflow that the records ran on. */
async function addDefinitions(
  { store }: Parts,
  bundles: readonly InstanceBundle[],
  add: (path: string, content: string) => Promise<void>,
): Promise<void> {
  const used = new Map(bundles.flatMap(({ definitions }) => [...definitions]));
  for (const [path, { id, version }] of used) {
    const published = await store.definitions.get(id, version);
    if (published) await add(path, published.text);
  }
}

/** Mails about the partnership and its records, the oldest first; of a reader only what they got. */
async function mailsOf(
  { store }: Parts,
  partnership: string,
  bundles: readonly InstanceBundle[],
  reader: Person | null,
): Promise<readonly SentMail[]> {
  const included = new Set(bundles.map(({ instance }) => instance.id));
  const found: SentMail[] = [];
  for (let after: string | undefined; ; ) {
    await breathe();
    const page = await store.mails.list({ limit: 500, ...(after === undefined ? {} : { after }) });
    for (const mail of page.mails) {
      if (mail.partnership !== partnership) continue;
      if (mail.instance !== null && !included.has(mail.instance)) continue;
      if (reader === null || mail.person === reader.id) found.push(mail);
    }
    if (page.next === null) return found.reverse();
    after = page.next;
  }
}

/** Who the ids in the histories stand for; nobody else is named. */
async function peopleIn(
  { store }: Parts,
  partnership: Partnership,
  bundles: readonly InstanceBundle[],
  mails: readonly SentMail[],
): Promise<unknown> {
  const { directory } = store;
  const members = await directory.members(partnership.id);
  const meant = new Set([
    ...bundles.flatMap(({ ids }) => [...ids]),
    ...mails.flatMap(({ person }) => person ?? []),
    ...members.flatMap(({ person, organisation }) => [person, organisation]),
    ...partnership.organisations,
  ]);
  const people = (await directory.people()).filter(({ id }) => meant.has(id));
  const organisations = (await directory.organisations()).filter(
    ({ id }) => meant.has(id) || people.some(({ organisation }) => organisation === id),
  );
  return {
    organisations: organisations.map(({ id, name, kind }) => ({ id, name, kind })),
    people: people.map(({ id, name, organisation }) => ({ id, name, organisation })),
    members: members.map(({ person, organisation, roles, authority, recorded, since }) => ({
      person,
      organisation,
      roles,
      authority,
      ...(recorded ? { recorded } : {}),
      since,
    })),
  };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
