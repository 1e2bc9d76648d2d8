import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { type PersonStanding, standingOf } from '../access/standing.ts';
import { titleWithNames } from '../access/name-title.ts';
import { namesById } from '../access/name-ids.ts';
import { createZip } from '../evidence/zip.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import type { TellProgress } from '../store/store.ts';
import type { ExportResult, LongWork } from '../store/work-store.ts';
import { exportPartnership } from './export-partnership.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { asItIs, isUnderWay, newLongWork } from './long-work.ts';

/** A file with everything in it does not lie about for longer than this. */
const KEPT_MS = 86_400_000;
const MOST_LOOKED_AT = 200;
const PIECE_BYTES = 1_048_576;

/** Whether this person may take everything of a partnership, as far as they see it, as a file. */
async function mayExport(
  { store }: Pick<Services, 'store'>,
  asker: Asker,
  partnership: string,
): Promise<boolean> {
  return asker.kind === 'person' && mayTakeAll(await standingOf(store, asker.person, partnership));
}

/** Those who lead or coordinate. */
export function mayTakeAll({ coordinator, roles }: PersonStanding): boolean {
  return coordinator || roles.includes('coordinator') || roles.includes('lead');
}

/** The partnership, for those who may. Throws `not-found` and `not-allowed`. */
export async function exportablePartnership(
  services: Services,
  asker: Asker,
  id: string,
): Promise<Partnership> {
  const partnership = await visiblePartnership(services, asker, id);
  if (await mayExport(services, asker, id)) return partnership;
  throw new ConcordatError('not-allowed', 'for whoever leads or coordinates', {
    userMessage:
      'Only those who lead or coordinate a partnership can take all of it as a file. Ask one of them.',
  });
}

/**
 * Begins the evidence bundle of a partnership as this person may see it: what is private to others
 * and what was said without prejudice stays out. One of theirs that is under way is answered instead
 * of a second. Throws what `exportablePartnership` throws.
 */
export async function startExport(services: Services, asker: Asker, id: string): Promise<LongWork> {
  const partnership = await exportablePartnership(services, asker, id);
  const before = (await exportsOf(services, asker, id)).find(isUnderWay);
  if (before) return before;
  await services.store.work.sweep(services.clock.now());
  const work = newLongWork(services, asker, {
    kind: 'export',
    partnership: partnership.id,
    keptForMs: KEPT_MS,
  });
  return services.longWork.begin(work, (tell) => writeBundle(services, asker, work, tell));
}

async function writeBundle(
  services: Services,
  asker: Asker,
  work: LongWork,
  tell: TellProgress,
): Promise<ExportResult> {
  const { store, clock } = services;
  let waiting: Uint8Array[] = [];
  let size = 0;
  let kept = 0;
  let pieces = 0;
  const keep = async (all: boolean): Promise<void> => {
    const enough = size - kept >= PIECE_BYTES;
    if (!enough && !(all && size > kept)) return;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      const piece = bytes.subarray(from, from + PIECE_BYTES);
      if (piece.length < PIECE_BYTES && !all) {
        waiting = [piece];
        break;
      }
      await store.work.putPiece(work.id, pieces, piece);
      pieces += 1;
      kept += piece.length;
    }
  };
  const zip = createZip(clock.now(), async (chunks) => {
    waiting.push(...chunks);
    size += chunks.reduce((sum, { length }) => sum + length, 0);
    await keep(false);
  });
  const request = { partnership: work.partnership ?? '', reader: asker.person };
  const manifest = await exportPartnership(services, request, zip, tell);
  await zip.end();
  await keep(true);
  const title = titleWithNames(await namesById(store), manifest.partnership.title);
  return {
    kind: 'export',
    name: `${fileName(title)} ${manifest.madeAt.slice(0, 10)}.zip`,
    size,
    pieces,
    records: manifest.instances.length,
    leftOut: manifest.leftOut.length,
  };
}

/** What this person has had made of a partnership, the newest first. */
export async function exportsOf(
  { store, clock }: Services,
  { person }: Asker,
  partnership: string,
): Promise<readonly LongWork[]> {
  const now = clock.now();
  const made = await store.work.list({ kind: 'export', limit: MOST_LOOKED_AT });
  return made
    .filter((one) => one.partnership === partnership && one.startedBy === person.id)
    .filter(({ expiresAt }) => expiresAt > now)
    .map((work) => asItIs(work, now));
}

/** Their own, while they may still have it. Throws `not-found` and `not-allowed`. */
export async function readExport(
  services: Services,
  asker: Asker,
  given: { readonly partnership: string; readonly id: string },
): Promise<LongWork> {
  await exportablePartnership(services, asker, given.partnership);
  const theirs = await exportsOf(services, asker, given.partnership);
  const work = theirs.find(({ id }) => id === given.id);
  if (work) return work;
  throw new ConcordatError('not-found', 'no such export of theirs', {
    userMessage: 'This file is no longer kept. Have a new one made.',
  });
}

/** The file, piece by piece. Throws `store-damaged` when a piece is missing. */
export async function* exportFile(
  { store }: Pick<Services, 'store'>,
  work: LongWork,
  { pieces }: ExportResult,
): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const bytes = await store.work.piece(work.id, piece);
    if (!bytes) throw new ConcordatError('store-damaged', `export ${work.id} lacks piece ${piece}`);
    yield bytes;
  }
}

/** Letters of any script and digits, as a name that every system takes. */
function fileName(title: string): string {
  const safe = title.replaceAll(/[^\p{L}\p{M}\p{N} ._-]+/gu, ' ').replaceAll(/ +/gu, ' ');
  return safe.trim().slice(0, 80) || 'Partnership';
}
