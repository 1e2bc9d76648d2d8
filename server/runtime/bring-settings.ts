import { isConcordatError } from '../../engine/errors.ts';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import type { Services } from '../services.ts';
import type { Actor } from '../store/commit.ts';
import { readCommit } from './head.ts';

/** Commits settings to an instance; false for one that has them already, or has ended meanwhile. */
export async function bringSettings(
  { store, workflows, runtime }: Pick<Services, 'store' | 'workflows' | 'runtime'>,
  by: Actor | null,
  instance: string,
  values: JsonObject,
): Promise<boolean> {
  const stored = await store.commits.head(instance);
  if (!stored) return false;
  const { definition: at, settings: before } = readCommit(stored);
  // An older version may know other settings; it is given those that it knows.
  const { definition } = await workflows.version(at.id, at.version);
  const known = Object.keys(definition.settings ?? {}).filter((name) =>
    Object.hasOwn(values, name),
  );
  const changes = known.filter(
    (name) => values[name] !== (before[name] ?? definition.settings?.[name]?.default),
  );
  if (changes.length === 0) return false;
  const picked = Object.fromEntries(
    known.map((name): [string, JsonValue] => [name, values[name] ?? null]),
  );
  const settings = { ...before, ...picked };
  try {
    await runtime.send({
      instance,
      event: { type: 'concordat.settings', settings: picked },
      source: { kind: 'engine' },
      settings,
      by,
      cause: by === null ? { kind: 'system' } : { kind: 'person' },
    });
    return true;
  } catch (error) {
    if (isConcordatError(error) && error.code === 'instance-finished') return false;
    throw error;
  }
}
