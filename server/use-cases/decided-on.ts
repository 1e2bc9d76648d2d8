import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../sha256.ts';
import type { InstanceView, OfferedOption } from './read-instance.ts';

/** What somebody decides on where it is no document: these fields of the data as they stand. */
export function decidedOn(
  { data }: Pick<InstanceView, 'data'>,
  { about }: Pick<OfferedOption, 'about'>,
): JsonObject {
  return Object.fromEntries(
    about.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])),
  );
}

/** By which it is known again; empty where nothing of the data is decided on. */
export function markOf(view: Pick<InstanceView, 'data'>, option: OfferedOption): string {
  return option.about.length === 0 ? '' : sha256(canonicalJson(decidedOn(view, option)));
}

/** Throws `manifest-changed` where what was read before deciding is not what stands there now. */
export function requireAsRead(
  view: Pick<InstanceView, 'data'>,
  option: OfferedOption,
  read: string,
): void {
  if (markOf(view, option) === read) return;
  throw new ConcordatError('manifest-changed', `what ${option.event} decides on is another now`, {
    userMessage:
      'What you are asked about has changed since you opened the page. It is shown as it stands now: read it before you decide. Nothing was recorded.',
  });
}
