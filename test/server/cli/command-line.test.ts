import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concordat } from '../../support/command-line.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const COMMANDS = [
  'serve',
  'demo',
  'lint',
  'simulate',
  'diagram',
  'verify',
  'export',
  'backup',
  'restore',
  'move',
  'token',
];

describe('the command line', () => {
  it.each(COMMANDS)('%s explains itself with an example', async (name) => {
    const { code, out, err } = await concordat([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Use: concordat ${name}`);
    expect(out).toContain(`Example: concordat ${name}`);
    expect(out).toContain('--store');
  });

  it('lists every command, and every setting', async () => {
    const { code, out } = await concordat(['--help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'mu'));
    expect(out).toContain('CONCORDAT_TIME_ZONE');
  });

  it.each([
    [[], 'Use: concordat COMMAND'],
    [['verfy'], 'Did you mean "verify"?'],
    [['lint'], 'concordat lint FILE'],
    [['lint', 'x.json', '--jsno'], 'Did you mean --json?'],
    [['verify', '--stroe', 'lmdb:x'], 'Did you mean --store?'],
    [['verify', '--store', 'lmdb'], '--store cannot be'],
    [['verify', 'more'], '"verify" takes no "more"'],
    [['backup'], 'concordat backup FOLDER'],
    [['restore', '--store', 'lmdb:x'], 'concordat restore --from'],
    [['move', '--from', 'lmdb:x'], 'concordat move --from STORE --to STORE'],
    [['move', '--from', 'lmdb:x', '--to', 'lmdb:./x'], 'the same store'],
    [['move', '--from', 'lmdb:x', '--to', 'mongodb://host'], '--to cannot be that'],
    [['export', 'Home'], 'concordat export PARTNERSHIP --out FILE'],
    [['export', '--list', '--out', 'x.zip'], 'concordat export --list'],
    [['export', 'a', 'b', '--out', 'x.zip'], 'quotation marks'],
    [['token', '--person', 'a@b.example'], '--label'],
    [['token', '--person', 'a@b.example', '--label', 'x', '--expires', '2001-02-03'], 'to come'],
    [['demo', '--at', 'soon'], 'such as 2027-03-01'],
    [['diagram', 'x.json', '--format', 'svgg'], 'Did you mean svg?'],
    [['simulate', '--scenario'], 'See: concordat simulate --help'],
    [['serve', '--json'], 'no JSON document'],
  ])('%j is wrong use: 2, and a sentence that says how it is written', async (args, sentence) => {
    const { code, out, err } = await concordat(args);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    if (!args.includes('--json')) expect(out).toBe('');
  });

  it.each([
    [['lint', 'no-such-file.json'], 'There is no such file'],
    [['verify', '--store', 'lmdb:/nowhere/at/all'], 'There is no Concordat data'],
    [
      ['export', 'Home', '--out', 'x.zip', '--store', 'lmdb:/nowhere'],
      'There is no Concordat data',
    ],
  ])('%j is refused: 1', async (args, sentence) => {
    const { code, err } = await concordat(args);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
  });

  it('a refusal, too, is one JSON document where JSON was asked for', async () => {
    const { code, out } = await concordat(['lint', 'no-such-file.json', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'not-found' } });
  });

  it('a setting in the environment counts, and a bad one stops with its name', async () => {
    const { code, err } = await concordat(['verify'], { CONCORDAT_STORE: 'data' });
    expect(code).toBe(2);
    expect(err).toContain('CONCORDAT_STORE');
  });
});

describe('lint', () => {
  it('finds nothing in the workflows that are installed', async () => {
    const { code, out } = await concordat([
      'lint',
      'workflows/dispute.json',
      'workflows/review.json',
    ]);
    expect(out).toBe(
      'workflows/dispute.json: nothing to mend\nworkflows/review.json: nothing to mend\n',
    );
    expect(code).toBe(0);
  });

  it('says where a file is wrong, what is wrong, and what to write instead', async () => {
    const file = join(temporaryFolder(), 'broken.json');
    const definition = JSON.parse(await readFile('workflows/dispute.json', 'utf8')) as {
      id: string;
      machine: { initial: string };
    };
    definition.id = 'broken';
    definition.machine.initial = 'bfore';
    writeFileSync(file, JSON.stringify(definition));
    const { code, out } = await concordat(['lint', file]);
    expect(code).toBe(1);
    expect(out).toContain('/machine/initial');
    expect(out).toContain('Did you mean "before"?');
    const json = await concordat(['lint', file, '--json']);
    const { files } = JSON.parse(json.out) as { files: { findings: { pointer: string }[] }[] };
    expect(files[0]?.findings.map(({ pointer }) => pointer)).toContain('/machine/initial');
  });

  it('a file that is not JSON is refused with its line and what to write', async () => {
    const file = join(temporaryFolder(), 'broken.json');
    writeFileSync(file, '{\n  "id": "broken"\n  "version": 1\n}');
    const { code, err } = await concordat(['lint', file]);
    expect(code).toBe(1);
    expect(err).toContain(
      'broken.json is not JSON. Line 3, at "version": 1 – a comma is missing before this',
    );
  });
});

describe('simulate', () => {
  it('plays the scenarios beside a file and tells the story', async () => {
    const { code, out } = await concordat(['simulate', 'workflows/review.json']);
    expect(code).toBe(0);
    expect(out).toContain('a review opens by itself twelve weeks before the last day for notice');
    expect(out).toMatch(/\d+ played, each as expected\.\n$/u);
  });

  it('plays one of them by a part of its name, and names those there are for another', async () => {
    const one = await concordat([
      'simulate',
      'workflows/review.json',
      '--scenario',
      'opens by itself',
    ]);
    expect(one.out).toMatch(/\n1 played, each as expected\.\n$/u);
    const none = await concordat([
      'simulate',
      'workflows/review.json',
      '--scenario',
      'no such one',
    ]);
    expect(none.code).toBe(1);
    expect(none.err).toContain('a review opens by itself');
  });

  it('a scenario that does not hold is a finding', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'review.json');
    writeFileSync(file, await readFile('workflows/review.json'));
    const scenarios = await readFile('workflows/review.scenarios.json', 'utf8');
    const wrong = JSON.parse(scenarios) as { scenarios: { expect?: object; steps: object[] }[] };
    wrong.scenarios = wrong.scenarios.slice(0, 1).map((one) => ({
      ...one,
      expect: { state: 'calledOff' },
    }));
    writeFileSync(join(folder, 'review.scenarios.json'), JSON.stringify(wrong));
    const { code, out } = await concordat(['simulate', file]);
    expect(code).toBe(1);
    expect(out).toContain('NOT AS EXPECTED');
  });

  it('without scenarios it looks for the shortest ways', async () => {
    const file = join(temporaryFolder(), 'review.json');
    writeFileSync(file, await readFile('workflows/review.json'));
    const { code, out } = await concordat(['simulate', file]);
    expect(code).toBe(0);
    expect(out).toContain('To “Planned” in 0 steps');
    expect(out).toMatch(/\d+ states reached/u);
  }, 120_000);
});

describe('diagram', () => {
  it('draws as SVG, and as Mermaid', async () => {
    const svg = await concordat(['diagram', 'workflows/review.json']);
    expect(svg.out).toMatch(/^<svg [^]*<\/svg>\n$/u);
    const file = join(temporaryFolder(), 'review.mmd');
    const mermaid = await concordat([
      'diagram',
      'workflows/review.json',
      '--format',
      'mermaid',
      '--out',
      file,
    ]);
    expect(mermaid).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toMatch(/^stateDiagram-v2\n/u);
  });
});
