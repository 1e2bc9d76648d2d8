import type { ConcordatError } from '../../engine/errors.ts';
import { breathe } from '../breathe.ts';
import { personalReferencesIn } from '../evidence/what-a-commit-holds.ts';
import { sha256 } from '../sha256.ts';
import { isDamaged } from '../store/damaged.ts';
import type { Commit, StoredCommit } from '../store/commit.ts';
import type { Store } from '../store/store.ts';

interface VerifiedInstance {
  readonly instance: string;
  /** Of its newest commit; 0 and '' when not even that can be read. */
  readonly seq: number;
  readonly hash: string;
}

export interface Finding {
  /** Null when it concerns no history, but what the store keeps beside them. */
  readonly instance: string | null;
  /** The commit it concerns; null when it concerns the instance. */
  readonly seq: number | null;
  /** In plain English. */
  readonly what: string;
}

export interface Verification {
  readonly instances: readonly VerifiedInstance[];
  readonly findings: readonly Finding[];
}

const INSTANCES_AT_ONCE = 200;
const COMMITS_AT_ONCE = 20;

/**
 * Re-checks everything that the store holds: each chain from its first commit to its newest (no gap,
 * every hash right, every commit citing the one before, time never going back), the row that lists
 * show, the personal values beside the chain, the documents that commits name or people uploaded, and
 * what the store keeps beside the histories.
 * Holds a few commits in memory at a time. `tell` hears after each record how many have been checked.
 */
export async function verifyStore(
  store: Store,
  tell?: (checked: number) => void | Promise<void>,
): Promise<Verification> {
  const instances: VerifiedInstance[] = [];
  const findings: Finding[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.commits.instances({
      limit: INSTANCES_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    for (const instance of page) {
      const said = new Set<string>();
      const report: Report = (seq, what) => {
        // the same damage is met on several ways
        if (said.has(`${seq} ${what}`)) return;
        said.add(`${seq} ${what}`);
        findings.push({ instance, seq, what });
      };
      instances.push(await verifyInstance(store, instance, report));
      await tell?.(instances.length);
    }
    if (page.length < INSTANCES_AT_ONCE) break;
    after = page.at(-1);
  }
  for (const what of await store.inspect()) findings.push({ instance: null, seq: null, what });
  return { instances, findings };
}

type Report = (seq: number | null, what: string) => void;

async function verifyInstance(
  store: Store,
  instance: string,
  report: Report,
): Promise<VerifiedInstance> {
  const head = await reading(report, null, () => store.commits.head(instance));
  const row = await reading(report, null, () => store.instances.get(instance));
  if (head !== undefined && row === undefined) report(null, 'has no row in the lists');
  if (head !== undefined && row !== undefined && (row.seq !== head.seq || row.hash !== head.hash)) {
    report(head.seq, `is the newest commit, but the lists show commit ${row.seq}`);
  }

  const newest = Math.max(head?.seq ?? 0, row?.seq ?? 0);
  const documents = new Set<string>();
  const personal = new Set<string>();
  let previous: Link | undefined;
  for (let from = 1; ; from += COMMITS_AT_ONCE) {
    await breathe();
    const commits = await readCommits(store, instance, from, newest, report);
    for (const [seq, stored] of commits) {
      if (stored === undefined) {
        previous = undefined;
        continue;
      }
      const commit = checkCommit(stored, report);
      if (commit === undefined) {
        previous = undefined;
        continue;
      }
      checkLink(commit, seq, previous, report);
      previous = { hash: stored.hash, at: commit.at };
      await checkPersonal(store, commit, personal, report);
      await checkDocuments(store, commit, documents, report);
    }
    if (commits.length < COMMITS_AT_ONCE) break;
  }
  // uploads stand in nobody's snapshot
  const uploads = await reading(report, null, () => store.documents.listByInstance(instance));
  for (const { hash, name } of uploads ?? []) {
    await checkDocument(store, hash, name, null, documents, report);
  }
  return { instance, seq: head?.seq ?? 0, hash: head?.hash ?? '' };
}

/** What the next commit must fit to. */
interface Link {
  readonly hash: string;
  readonly at: string;
}

/** The commits from `from` on, undefined for one that is missing or damaged. */
async function readCommits(
  store: Store,
  instance: string,
  from: number,
  newest: number,
  report: Report,
): Promise<readonly (readonly [number, StoredCommit | undefined])[]> {
  const page = await store.commits
    .history(instance, { fromSeq: from, limit: COMMITS_AT_ONCE })
    .catch(() => undefined);
  // a page stops early at the end, and cannot be read at all when one of its commits is damaged
  const last = Math.max(newest, page?.at(-1)?.seq ?? 0);
  const count = Math.min(COMMITS_AT_ONCE, last - from + 1);
  const bySeq = new Map(page?.map((commit) => [commit.seq, commit]));
  const commits: (readonly [number, StoredCommit | undefined])[] = [];
  for (let seq = from; seq < from + count; seq++) {
    let failed = false;
    const commit =
      bySeq.get(seq) ??
      (await reading(
        (at, what) => {
          failed = true;
          report(at, what);
        },
        seq,
        () => store.commits.get(instance, seq),
      ));
    if (commit === undefined && !failed) report(seq, 'is missing: the history has a gap here');
    commits.push([seq, commit]);
  }
  return commits;
}

function checkCommit(stored: StoredCommit, report: Report): Commit | undefined {
  const { instance, seq, text } = stored;
  if (sha256(text) !== stored.hash) {
    report(seq, 'no longer has the hash it was stored with');
    return undefined;
  }
  let commit: Commit;
  try {
    commit = JSON.parse(text) as Commit;
  } catch {
    report(seq, 'is not JSON');
    return undefined;
  }
  if (commit.instance !== instance || commit.seq !== seq) {
    report(seq, `says that it is commit ${commit.seq} of ${commit.instance}`);
  }
  return commit;
}

function checkLink(commit: Commit, seq: number, before: Link | undefined, report: Report): void {
  if (seq === 1 && commit.previous !== null) report(seq, 'is the first, but cites one before it');
  if (before === undefined) return;
  if (commit.previous !== before.hash)
    report(seq, 'does not cite the hash of the commit before it');
  if (Date.parse(commit.at) < Date.parse(before.at)) {
    report(seq, 'is dated before the commit that precedes it');
  }
}

/**
 * The personal values that a commit refers to, each once for the instance: what is kept has the hash
 * that the chain holds, unless it was erased. Those that came with a message are kept where it came from.
 */
async function checkPersonal(
  store: Store,
  commit: Commit,
  known: Set<string>,
  report: Report,
): Promise<void> {
  const { seq, instance, cause, event } = commit;
  const references = personalReferencesIn(commit).filter(({ personal, hash }) => {
    const key = `${personal} ${hash}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
  if (references.length === 0) return;
  const ids = references.map(({ personal }) => personal);
  const changed = (id: string): void => {
    report(seq, `names the personal value ${id}, which has changed`);
  };
  const damagedOnes = new Set<string>();
  const values = await store.commits.personal(instance, ids).catch(async (error: unknown) => {
    if (!isDamaged(error)) throw error;
    const one = (id: string) =>
      store.commits.personal(instance, [id]).catch(() => {
        damagedOnes.add(id);
        return [];
      });
    return (await Promise.all(ids.map(one))).flat();
  });
  const kept = new Map(values.map((value) => [value.id, value]));
  const byHand = cause.kind === 'person' || cause.kind === 'link';
  const typed = new Set(byHand ? personalReferencesIn(event).map(({ personal }) => personal) : []);
  for (const { personal, hash } of references) {
    const found = kept.get(personal);
    if (damagedOnes.has(personal)) changed(personal);
    else if (found === undefined) {
      if (typed.has(personal))
        report(seq, `names the personal value ${personal}, which is missing`);
    } else if (found.value !== null && sha256(found.salt + found.value) !== hash) {
      changed(personal);
    }
  }
}

/** The documents that a commit names; each is read once for the instance. */
async function checkDocuments(
  store: Store,
  { seq, snapshot }: Commit,
  known: Set<string>,
  report: Report,
): Promise<void> {
  for (const [name, { html, pdf, text }] of Object.entries(snapshot.documents)) {
    for (const hash of [html, pdf, text])
      await checkDocument(store, hash, name, seq, known, report);
  }
}

async function checkDocument(
  store: Store,
  hash: string,
  name: string,
  seq: number | null,
  known: Set<string>,
  report: Report,
): Promise<void> {
  if (known.has(hash)) return;
  known.add(hash);
  let failed = false;
  const bytes = await reading(
    (at, what) => {
      failed = true;
      report(at, what);
    },
    seq,
    () => store.documents.bytes(hash),
  );
  if (bytes === undefined && !failed) {
    report(seq, `names the document “${name}” (${hash}), which is missing`);
  } else if (bytes !== undefined && sha256(bytes) !== hash) {
    report(seq, `names the document “${name}” (${hash}), which has changed`);
  }
}

/** Reads; what the store says is damaged becomes a finding, any other failure is thrown on. */
async function reading<T>(
  report: Report,
  seq: number | null,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isDamaged(error)) throw error;
    report(seq ?? seqOf(error), error.message);
    return undefined;
  }
}

function seqOf(error: ConcordatError): number | null {
  const { seq } = error.details;
  return typeof seq === 'number' ? seq : null;
}
