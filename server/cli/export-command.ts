import { resolve } from 'node:path';
import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { createZipFile } from '../evidence/zip-file.ts';
import { nearestName } from '../nearest-name.ts';
import type { Services } from '../services.ts';
import type { Partnership, Person } from '../store/directory.ts';
import { exportPartnership } from '../use-cases/export-partnership.ts';
import { loadPartnership } from '../access/load-partnership.ts';
import type { Command, ExitCode, Output } from './command.ts';
import { readOnlyServices } from './read-only-services.ts';
import { textFlag, usageError } from './usage-error.ts';

type Parts = Pick<Services, 'store' | 'workflows' | 'clock'>;

export const exportCommand: Command = {
  name: 'export',
  summary: 'Writes one partnership as a ZIP that can be checked without Concordat.',
  takes: 'PARTNERSHIP --out FILE',
  details: [
    'Name the partnership by its title or its id. The ZIP holds every history, document and mail, with',
    'a script, verify.mjs, that needs only Node and finds any changed byte. May be run while a server',
    'runs. Without --for it holds everything, also what only some may see.',
  ],
  example: 'concordat export "Home from Hospital" --out home-from-hospital.zip',
  flags: {
    list: { type: 'boolean', what: 'Lists the partnerships that there are.' },
    out: { type: 'string', value: 'FILE', what: 'The ZIP to write.' },
    for: {
      type: 'string',
      value: 'EMAIL',
      what: 'Only what this person may see, and nothing said without prejudice.',
    },
  },
  async run({ config, words, flags, output }) {
    const [wanted, ...more] = words;
    const out = textFlag(flags['out']);
    const list = flags['list'] === true;
    if (more.length > 0)
      throw usageError('Name one partnership; put its title in quotation marks.');
    if (
      list ? wanted !== undefined || out !== undefined : wanted === undefined || out === undefined
    ) {
      throw usageError(
        'Write: concordat export --list, or: concordat export PARTNERSHIP --out FILE',
      );
    }
    const services = await readOnlyServices(config.store);
    try {
      if (wanted === undefined || out === undefined)
        return await listPartnerships(services, output);
      const partnership = await findPartnership(services, wanted);
      const reader = await findReader(services, textFlag(flags['for']));
      return await write(services, { partnership, reader, file: resolve(out) }, output);
    } finally {
      await services.store.close();
    }
  },
};

async function listPartnerships(services: Parts, output: Output): Promise<ExitCode> {
  const partnerships = await allPartnerships(services);
  for (const { id, title } of partnerships) output.say(`${id}  ${title}`);
  if (partnerships.length === 0) output.say('There are no partnerships yet.');
  output.result({ partnerships: partnerships.map(({ id, title }) => ({ id, title })) });
  return 0;
}

async function write(
  services: Parts,
  given: {
    readonly partnership: Partnership;
    readonly reader: Person | null;
    readonly file: string;
  },
  output: Output,
): Promise<ExitCode> {
  const { partnership, reader, file } = given;
  const zip = await createZipFile(file, services.clock.now());
  try {
    const manifest = await exportPartnership(
      services,
      { partnership: partnership.id, reader },
      zip,
    );
    await zip.finish();
    for (const { head, commits, title } of manifest.instances) {
      output.say(`${head.hash}  ${title} (${commits} commits)`);
    }
    output.say(`Written to ${file}: ${manifest.files.length} files.`);
    if (manifest.leftOut.length > 0) {
      output.say(`${manifest.leftOut.length} documents were left out; README.txt in it says why.`);
    }
    output.say('To check it: unpack it, and run in its folder: node verify.mjs');
    output.result({ file, ...manifest });
    return 0;
  } catch (error) {
    await zip.abandon();
    if (reader === null || !isConcordatError(error) || error.code !== 'not-found') throw error;
    throw new ConcordatError('not-found', error.message, {
      userMessage: `${reader.name} does not belong to “${partnership.title}”, so there is nothing for them to see.`,
    });
  }
}

async function allPartnerships(services: Parts): Promise<readonly Partnership[]> {
  const known = await services.store.directory.partnerships();
  const loaded = await Promise.all(known.map(({ id }) => loadPartnership(services, id)));
  return loaded
    .filter((partnership) => partnership !== undefined)
    .sort((a, b) => a.title.localeCompare(b.title, 'en-GB'));
}

async function findPartnership(services: Parts, wanted: string): Promise<Partnership> {
  const partnerships = await allPartnerships(services);
  const same = partnerships.filter(
    ({ id, title }) => id === wanted || title.toLowerCase() === wanted.trim().toLowerCase(),
  );
  const [found, another] = same;
  if (found && !another) return found;
  const near = nearestName(
    wanted,
    partnerships.map(({ title }) => title),
  );
  throw new ConcordatError('not-found', `${same.length} partnerships are called ${wanted}`, {
    userMessage: another
      ? `More than one partnership is called ${JSON.stringify(wanted)}. Name it by its id: concordat export --list`
      : `There is no partnership ${JSON.stringify(wanted)}.${near === undefined ? '' : ` Did you mean "${near}"?`} See: concordat export --list`,
  });
}

async function findReader({ store }: Parts, email: string | undefined): Promise<Person | null> {
  if (email === undefined) return null;
  const person = await store.directory.personByEmail(email.trim().toLowerCase());
  if (person) return person;
  throw new ConcordatError('not-found', 'no such person', {
    userMessage: `Nobody here has the address ${email}. Check it, or leave --for out for everything.`,
  });
}
