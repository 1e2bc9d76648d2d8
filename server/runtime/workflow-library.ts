import { type CompiledWorkflow, compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { WorkflowCheck } from './check-workflow.ts';
import type { WorkflowFile } from './workflow-file.ts';
import { type KnowsDefinition, notKnownHere } from './known-here.ts';
import type { DefinitionStore, PublishedDefinition } from '../store/definition-store.ts';

/** The published workflows, compiled when first used and kept. */
export interface WorkflowLibrary {
  /** The newest version of every workflow, in order of title. */
  newest(): readonly CompiledWorkflow[];
  /** Throws `definition-unknown` when there is no such workflow. */
  newestOf(id: string): CompiledWorkflow;
  /**
   * A version that instances still run on. Throws `definition-unknown`, and `not-known-here` for one
   * that only a newer Concordat can run.
   */
  version(id: string, version: number): Promise<CompiledWorkflow>;
  /** A version's own words, also of one that cannot be run here. Throws `definition-unknown`. */
  definition(id: string, version: number): Promise<WorkflowDefinition>;
  /** Looks for what other servers have published since. */
  refresh(): Promise<void>;
}

/**
 * Publishes the files' versions in the store and opens the library. A file that was changed without
 * a new version stops here with `definition-changed`: instances rely on what was published. A new one
 * that does not pass its check, or is there twice, stops with `definition-refused`.
 */
export async function openWorkflowLibrary(input: {
  /** None, to open what is published already. */
  readonly files: readonly WorkflowFile[];
  readonly definitions: DefinitionStore;
  /** Asked before a version is published; later starts need not ask again. */
  readonly check: WorkflowCheck;
  /** Asked of versions that are newer than the files' and published by somebody else. */
  readonly knows: KnowsDefinition;
  readonly now: string;
}): Promise<WorkflowLibrary> {
  const { definitions, check, knows } = input;
  const compiled = new Map<string, CompiledWorkflow>();
  const compile = ({ id, version, text, hash }: PublishedDefinition): CompiledWorkflow => {
    const key = `${id}@${version}`;
    const known = compiled.get(key);
    if (known) return known;
    const workflow = compileWorkflow(JSON.parse(text) as WorkflowDefinition, hash);
    compiled.set(key, workflow);
    return workflow;
  };
  const fileOf = new Map<string, string>();
  const unpublished: WorkflowFile[] = [];
  for (const one of input.files) {
    const { file, definition } = one;
    if (!hasVersion(definition)) await check(one);
    const { id, version } = definition;
    const other = fileOf.get(`${id}@${version}`);
    if (other !== undefined) throw twice(file, other, definition);
    fileOf.set(`${id}@${version}`, file);
    const kept = await definitions.get(id, version);
    if (kept) requireSame(one, kept);
    else {
      // What passes is known to compile as well, so that can wait until it is used.
      await check(one);
      unpublished.push(one);
    }
  }
  // Together, so that they wait for the disk once.
  await Promise.all(
    unpublished.map(async (one) => {
      const { text, hash, definition } = one;
      const { id, version } = definition;
      const made = { id, version, hash, text, publishedAt: input.now };
      requireSame(one, await definitions.publish(made));
    }),
  );
  /** The newest version of each that is known here. */
  const published = new Map<string, PublishedDefinition>();
  const ownVersions = new Map<string, number>();
  for (const { definition } of input.files) {
    const known = ownVersions.get(definition.id) ?? 0;
    ownVersions.set(definition.id, Math.max(known, definition.version));
  }
  let notKnown = new Set<string>();
  let newest: readonly CompiledWorkflow[] | undefined;

  /** Whether it can be run here; one that can, and is the newest, is offered from now on. */
  async function admit(one: PublishedDefinition): Promise<boolean> {
    const { id, version } = one;
    const key = `${id}@${version}`;
    const newestKnown = published.get(id)?.version ?? 0;
    if (notKnown.has(key)) return false;
    // ours, or of an earlier Concordat, whose words we keep
    const isOld = version <= Math.max(ownVersions.get(id) ?? 0, newestKnown);
    if (!isOld && !(await knows(one, published.keys()))) {
      notKnown.add(key);
      return false;
    }
    if (version > newestKnown) {
      published.set(id, one);
      newest = undefined;
    }
    return true;
  }

  async function read(id: string, version: number): Promise<PublishedDefinition> {
    const found = await definitions.get(id, version);
    if (!found) throw unknown(`${id} version ${version}`);
    return found;
  }

  for (const one of await definitions.list()) await admit(one);
  return {
    newest() {
      newest ??= [...published.values()]
        .map(compile)
        .sort((a, b) => a.definition.title.localeCompare(b.definition.title, 'en-GB'));
      return newest;
    },
    newestOf(id) {
      const definition = published.get(id);
      if (!definition) throw unknown(id);
      return compile(definition);
    },
    async version(id, version) {
      const known = compiled.get(`${id}@${version}`);
      if (known) return known;
      const definition = await read(id, version);
      if (!(await admit(definition))) throw notKnownHere(`version ${version} of ${id}`);
      return compile(definition);
    },
    async definition(id, version) {
      const known = compiled.get(`${id}@${version}`);
      if (known) return known.definition;
      const { text } = await read(id, version);
      return JSON.parse(text) as WorkflowDefinition;
    },
    async refresh() {
      // what was not known may be by now, for it may start a workflow that came later
      notKnown = new Set();
      for (const { id, version } of await definitions.versions()) {
        if (version > (published.get(id)?.version ?? 0)) await admit(await read(id, version));
      }
    },
  };
}

/** Throws `definition-changed` when what is published is another definition than the file's. */
function requireSame(one: WorkflowFile, kept: PublishedDefinition): void {
  if (kept.hash === one.hash) return;
  const { title, version } = one.definition;
  const sentence = `The workflow “${title}” (${one.file}) was changed, but its version is still ${version}. Set “version” to ${version + 1}: what was started before stays on its version.`;
  throw new ConcordatError('definition-changed', sentence);
}

/** What a file must say before the store can be asked for it; all else is the check's to find. */
function hasVersion(definition: unknown): boolean {
  if (typeof definition !== 'object' || definition === null) return false;
  const { id, version } = definition as Partial<WorkflowDefinition>;
  return typeof id === 'string' && /^[\w.-]{1,100}$/u.test(id) && Number.isSafeInteger(version);
}

function twice(file: string, other: string, { id, version }: WorkflowDefinition): ConcordatError {
  return new ConcordatError('definition-refused', `${id} ${version} is there twice`, {
    userMessage: `Two files hold version ${version} of the workflow “${id}”: ${other} and ${file}. Keep one of them, or give the newer one the next version.`,
  });
}

function unknown(what: string): ConcordatError {
  return new ConcordatError('definition-unknown', `there is no workflow ${what}`, {
    userMessage: 'There is no such workflow here.',
  });
}
