import * as fc from 'fast-check';
import { unzipSync } from 'fflate';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concordat } from '../../support/command-line.ts';
import { addDispute, smallWorld } from '../../support/small-world.ts';

const run = promisify(execFile);
const VERIFIER = 'server/evidence/verify.mjs';
const MANAGER = 'niamh.oconnor@eastmere-trust.example';
const OUTSIDER = 'zofia.kowalska@lodz-house.example';

let folder: string;
let store: string;
const bundles = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concordat-export-'));
  const made = await smallWorld(folder);
  ({ store } = made);
  await addDispute(made.world, made.partnership);
  // while the server's part still owns the folder: exports only read
  for (const [name, ...args] of [
    ['all'],
    ['party', '--for', MANAGER],
    ['other', '--for', OUTSIDER],
  ]) {
    const zip = join(folder, `${name}.zip`);
    const done = await concordat([
      'export',
      'home from hospital',
      '--out',
      zip,
      '--store',
      store,
      ...args,
    ]);
    expect(done).toMatchObject({ code: 0, err: '' });
    const unpacked = join(folder, String(name));
    for (const [path, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
      mkdirSync(dirname(join(unpacked, path)), { recursive: true });
      writeFileSync(join(unpacked, path), bytes);
    }
    bundles.set(String(name), unpacked);
  }
  await made.world.close();
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bundle(name: string): string {
  return bundles.get(name) ?? '';
}

function filesOf(name: string): readonly string[] {
  return readdirSync(bundle(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(bundle(name).length + 1));
}

function textOf(name: string): string {
  return filesOf(name)
    .filter((path) => !path.endsWith('.pdf'))
    .map((path) => readFileSync(join(bundle(name), path), 'utf8'))
    .join('\n');
}

async function verify(...args: string[]): Promise<{ code: number; out: string }> {
  return run(process.execPath, args).then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, out: error.stdout }),
  );
}

describe('an export', () => {
  it.each(['all', 'party', 'other'])('checks itself with Node alone (%s)', async (name) => {
    const { code, out } = await verify(join(bundle(name), 'verify.mjs'));
    expect(out).toMatch(/^Nothing has changed: \d+ records, \d+ commits, \d+ files\./u);
    expect(code).toBe(0);
  });

  it('holds the histories, documents, mails and people, with names in sentences', () => {
    const files = filesOf('all');
    for (const path of [
      'README.txt',
      'index.html',
      'mails.json',
      'people.json',
      'documents.json',
    ]) {
      expect(files).toContain(path);
    }
    expect(files.some((path) => /^documents\/[0-9a-f]{64}\.pdf$/u.test(path))).toBe(true);
    const page = readFileSync(join(bundle('all'), 'index.html'), 'utf8');
    expect(page).toContain(
      'Written notice of a dispute (Niamh O’Connor, Eastmere NHS Foundation Trust)',
    );
    expect(page).not.toContain('<script');
    const people = readFileSync(join(bundle('all'), 'people.json'), 'utf8');
    expect(people).toContain('Łódź House');
    expect(people).not.toContain('Ελένη Centre');
    expect(textOf('all')).not.toMatch(/\/l\/[\w-]{40}/u);
  });

  it('names the file in which any byte was changed', async () => {
    const files = filesOf('all');
    const flips = fc.sample(
      fc.record({ file: fc.constantFrom(...files), at: fc.nat(), bit: fc.nat(7) }),
      25,
    );
    // each kind of file once, whatever the sample met
    const kinds = new Map(files.map((file) => [file.replace(/[^/]*$/u, '') || file, file]));
    for (const file of kinds.values()) flips.push({ file, at: 7, bit: 0 });
    for (const { file, at, bit } of flips) {
      const path = join(bundle('all'), file);
      const good = readFileSync(path);
      if (good.length === 0) continue;
      const bad = Buffer.from(good);
      const place = at % good.length;
      bad[place] = (bad[place] ?? 0) ^ (1 << bit);
      writeFileSync(path, bad);
      const { code, out } = await verify(VERIFIER, bundle('all'));
      writeFileSync(path, good);
      expect({ code, out, file, place, bit }).toMatchObject({
        code: 1,
        out: expect.stringContaining(file),
      });
    }
    expect((await verify(VERIFIER, bundle('all'))).code).toBe(0);
  }, 120_000);

  it('finds a file that is missing and one that was added', async () => {
    const path = join(bundle('all'), 'mails.json');
    const good = readFileSync(path);
    rmSync(path);
    writeFileSync(join(bundle('all'), 'histories/added.jsonl'), '{}\n');
    const { code, out } = await verify(VERIFIER, bundle('all'));
    writeFileSync(path, good);
    rmSync(join(bundle('all'), 'histories/added.jsonl'));
    expect(code).toBe(1);
    expect(out).toContain('mails.json: is missing');
    expect(out).toContain('histories/added.jsonl: was not part of the export');
    expect(out).not.toContain('ENOENT');
  });

  it.each([
    'manifest.json',
    'manifest.sha256',
    'README.txt',
    'histories/',
    'personal/',
    'documents/',
    'workflows/',
  ])('says of a file that is gone that it is missing, and checks the rest (%s)', async (kind) => {
    const file = filesOf('all').find((path) => path.startsWith(kind)) ?? '';
    const other = filesOf('all').findLast((path) => path.startsWith('histories/')) ?? '';
    const [gone, changed] = [join(bundle('all'), file), join(bundle('all'), other)];
    const [good, whole] = [readFileSync(gone), readFileSync(changed)];
    writeFileSync(changed, whole.subarray(0, -2));
    rmSync(gone);
    const { code, out } = await verify(VERIFIER, bundle('all'));
    writeFileSync(gone, good);
    writeFileSync(changed, whole);
    expect(code).toBe(1);
    expect(out).toContain(`CHANGED  ${file}: is missing`);
    if (kind !== 'manifest.json') expect(out).toContain(`CHANGED  ${other}: has been changed`);
    expect(out).not.toContain(bundle('all'));
    expect(out.split('\n').length).toBeLessThan(8);
  });

  interface Listed {
    files: { path: string; size: number; sha256: string }[];
    instances: { history: string; personal: string }[];
  }

  /** A copy in which the list of files was made anew after `change`, as whoever cheats would do. */
  async function cheated(change: (copy: string, manifest: Listed) => void) {
    const copy = join(folder, 'cheated');
    rmSync(copy, { recursive: true, force: true });
    for (const path of filesOf('all')) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), readFileSync(join(bundle('all'), path)));
    }
    const manifestFile = join(copy, 'manifest.json');
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Listed;
    change(copy, manifest);
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    for (const file of manifest.files) {
      const bytes = readFileSync(join(copy, file.path));
      Object.assign(file, { size: bytes.length, sha256: hash(bytes) });
    }
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    writeFileSync(manifestFile, text);
    writeFileSync(join(copy, 'manifest.sha256'), `${hash(text)}  manifest.json\n`);
    return verify(VERIFIER, copy);
  }

  it('finds a history that was cut short although every file fits its new hash', async () => {
    const history = filesOf('all').find((path) => path.startsWith('histories/')) ?? '';
    const { code, out } = await cheated((copy) => {
      const lines = readFileSync(join(copy, history), 'utf8').split('\n');
      writeFileSync(join(copy, history), [lines[0], ...lines.slice(2)].join('\n'));
    });
    expect(code).toBe(1);
    expect(out).toContain(`${history} line 2: does not cite the commit before it`);
  });

  it('finds a record that is named no more although every file fits its new hash', async () => {
    let left = '';
    const { code, out } = await cheated((_, { instances }) => {
      left = instances.pop()?.history ?? '';
    });
    expect(code).toBe(1);
    expect(out).toContain(`${left}: belongs to no record that the manifest names`);
  });

  it('finds two entries of a history, and two histories, that changed places', async () => {
    const [first = '', second = ''] = filesOf('all').filter((path) =>
      path.startsWith('histories/'),
    );
    const lines = await cheated((copy) => {
      const [one, two, three, ...rest] = readFileSync(join(copy, first), 'utf8').split('\n');
      writeFileSync(join(copy, first), [one, three, two, ...rest].join('\n'));
    });
    expect(lines.code).toBe(1);
    expect(lines.out).toContain(`${first} line 2: is not in its place`);
    const files = await cheated((copy) => {
      const [one, two] = [readFileSync(join(copy, first)), readFileSync(join(copy, second))];
      writeFileSync(join(copy, first), two);
      writeFileSync(join(copy, second), one);
    });
    expect(files.code).toBe(1);
    expect(files.out).toContain(`${first} line 1: belongs to another record`);
  });

  it('finds mails that changed places, and says how many personal values it lacks', async () => {
    const path = join(bundle('all'), 'mails.json');
    const good = readFileSync(path);
    const [first, second, ...rest] = JSON.parse(good.toString('utf8')) as unknown[];
    writeFileSync(path, `${JSON.stringify([second, first, ...rest], null, 1)}\n`);
    const { code, out } = await verify(VERIFIER, bundle('all'));
    writeFileSync(path, good);
    expect(code).toBe(1);
    expect(out).toBe(
      'CHANGED  mails.json: has been changed\n1 finding: do not rely on this export.\n',
    );

    const personal = filesOf('all').filter((one) => one.startsWith('personal/'));
    const erased = await cheated((copy) => {
      for (const one of personal) {
        const values = JSON.parse(readFileSync(join(copy, one), 'utf8')) as { value: unknown }[];
        writeFileSync(
          join(copy, one),
          JSON.stringify(values.map((value) => ({ ...value, value: null }))),
        );
      }
    });
    expect(erased.out).toMatch(/^[1-9]\d* personal values are not here: erased/mu);
  });
});

describe('an export for somebody', () => {
  it('keeps back what was said without prejudice, and says so with its hash', () => {
    expect(textOf('all')).toContain('we would carry the first day ourselves');
    const shared = textOf('party');
    expect(shared).not.toContain('carry the first day');
    expect(shared).not.toContain('Our offer');
    const readme = readFileSync(join(bundle('party'), 'README.txt'), 'utf8');
    expect(readme).toMatch(
      /Kept back[^]*Dispute: Who pays for beds[^]*Left out[^]*document [0-9a-f]{64}/u,
    );
    // its outcome, which all sides agreed, is there
    expect(shared).toContain('Requests come before noon');
  });

  it('leaves out a dispute of others and does not let on that there is one', () => {
    interface Exported {
      readonly instances: readonly {
        readonly id: string;
        readonly workflow: string;
        readonly head: { readonly hash: string };
      }[];
      readonly leftOut: readonly unknown[];
    }
    const manifest = (name: string): Exported =>
      JSON.parse(readFileSync(join(bundle(name), 'manifest.json'), 'utf8')) as Exported;
    const disputes = manifest('all').instances.filter(({ workflow }) => workflow === 'dispute');
    expect(disputes.length).toBeGreaterThan(0);
    const shared = textOf('other');
    expect(shared).not.toContain('Who pays for beds');
    for (const { id, head } of disputes) {
      expect(shared).not.toContain(id);
      expect(shared).not.toContain(head.hash);
    }
    expect(manifest('other').leftOut).toEqual([]);
    expect(shared).not.toContain('Left out');
  });

  it('holds only the mails that they got', () => {
    const mails = JSON.parse(readFileSync(join(bundle('party'), 'mails.json'), 'utf8')) as {
      to: string;
    }[];
    expect(new Set(mails.map(({ to }) => to))).toEqual(new Set([MANAGER]));
  });
});

describe('concordat export', () => {
  it('lists the partnerships', async () => {
    const { code, out } = await concordat(['export', '--list', '--json', '--store', store]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ partnerships: [{ title: 'Home from Hospital' }] });
  });

  it.each([
    [['Home from Hospitl'], 'Did you mean "Home from Hospital"?'],
    [['Home from Hospital', '--for', 'nobody@x.example'], 'Nobody here has the address'],
  ])('%j is refused, and leaves no file', async (args, sentence) => {
    const out = join(folder, 'refused.zip');
    const { code, err } = await concordat(['export', ...args, '--out', out, '--store', store]);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(readdirSync(folder).filter((name) => name.startsWith('refused'))).toEqual([]);
  });

  it('writes over nothing', async () => {
    const out = join(folder, 'all.zip');
    const before = readFileSync(out);
    const { code, err } = await concordat([
      'export',
      'Home from Hospital',
      '--out',
      out,
      '--store',
      store,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('There is a file');
    expect(readFileSync(out).equals(before)).toBe(true);
  });
});
