import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoResult } from '../../../server/demo/run-demo.ts';
import type { InstanceRow } from '../../../server/store/instance-row.ts';
import { openStore } from '../../../server/store/open-store.ts';
import { concordat } from '../../support/command-line.ts';
import { startMongoServer } from '../../support/mongo-server.ts';
import { hasProgram, outputOf } from '../../support/programs.ts';
import { hasVeraPdf, judge } from '../../support/verapdf.ts';

const mongo = await startMongoServer();
let folder: string;
let store: string;
let result: DemoResult & { readonly command: string };
let rows: readonly InstanceRow[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concordat-demo-'));
  store = `lmdb:${join(folder, 'demo')}`;
  const { code, out, err } = await concordat(['demo', '--store', store, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  result = JSON.parse(out) as typeof result;
  const opened = await openStore(store, 'read');
  const workflows = ['partnership', 'agreement', 'review', 'dispute', 'systemic-issue'];
  const lists = await Promise.all(
    ['readiness', 's75-checklist', ...workflows].map((workflow) =>
      opened.instances.list({ workflow, limit: 100 }),
    ),
  );
  rows = lists.flatMap((list) => list.rows);
  await opened.close();
}, 300_000);

afterAll(async () => {
  await mongo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function states(workflow: string): readonly string[] {
  return rows.filter((row) => row.workflow === workflow).map(({ stateTitle }) => stateTitle);
}

const executed = (): readonly string[] =>
  result.documents.filter((document) => document.executed).map(({ file }) => file);

describe('the demo', () => {
  it('leaves nothing undone', () => {
    expect(result.parked).toEqual([]);
  });

  it('ends yesterday, after almost five years, and says how to open it', () => {
    const hours = (Date.now() - Date.parse(result.to)) / 3_600_000;
    expect(hours).toBeGreaterThan(0);
    expect(hours).toBeLessThan(48);
    expect(Date.parse(result.to) - Date.parse(result.from)).toBeGreaterThan(4.7 * 365 * 86_400_000);
    expect(result.command).toBe(`npm start -- --store ${store}`);
  });

  it('plays all seven workflows, and ends where each has something to show', () => {
    expect(states('partnership')).toEqual([
      expect.stringContaining('operating unsigned'),
      expect.stringContaining('agreement signed'),
    ]);
    expect(states('readiness')).toHaveLength(6);
    expect(states('agreement')).toContain('Being signed; not in force yet');
    expect(states('agreement')).toContain('Superseded by another agreement');
    expect(states('s75-checklist')).toEqual(['Closed: the agreement is signed']);
    expect(states('review')).toEqual(
      expect.arrayContaining([
        'Planned',
        'It continues',
        'Looked at again at the next review',
        'Notice served',
      ]),
    );
    expect(states('dispute')).toEqual(['With the executives', 'Settled by agreement']);
    expect(states('systemic-issue')).toEqual(
      expect.arrayContaining(['Being considered', 'Done', 'Answered through the main issue']),
    );
  });

  it('tells the story in sentences, with a refusal of the checklist and signatures from links', () => {
    const story = result.story.join('\n');
    expect(story).toContain('Refused: These items, which the regulations require in writing');
    expect(story).toMatch(
      /Signed for Łódź House \(Łucja Wójcik, Łódź House, from a personal link\)/u,
    );
    expect(story).toMatch(/Deadline reached: This level ends/u);
    // no ids, placeholders or names of our own
    expect(story).not.toMatch(
      /(?<![\w/])[A-Za-z\d]{20}(?![\w/])|\{\w+\}|undefined|not given|[A-Z]+_[A-Z]+/u,
    );
  });

  it('passes verify', async () => {
    const { code, out } = await concordat(['verify', '--store', store]);
    expect(out).toContain('nothing has changed');
    expect(code).toBe(0);
  });

  it.skipIf(mongo === undefined)(
    'goes to MongoDB and back, and verify finds the same heads',
    async () => {
      const database = mongo?.newDatabase() ?? '';
      const back = `lmdb:${join(folder, 'back')}`;
      for (const [from, to] of [
        [store, database],
        [database, back],
      ] as const) {
        const { code, err } = await concordat(['move', '--from', from, '--to', to]);
        expect({ code, err }).toEqual({ code: 0, err: '' });
      }
      const heads = await Promise.all(
        [store, database, back].map(async (one) => {
          const { out } = await concordat(['verify', '--store', one, '--json']);
          return JSON.parse(out) as { readonly instances: object[]; readonly findings: object[] };
        }),
      );
      expect(heads[0]?.instances.length).toBeGreaterThan(20);
      for (const { instances, findings } of heads) {
        expect(findings).toEqual([]);
        expect(instances).toEqual(heads[0]?.instances);
      }
      // and it plays in no database that holds anything
      const again = await concordat(['demo', '--store', database]);
      expect(again).toMatchObject({
        code: 1,
        err: expect.stringContaining('holds records already'),
      });
    },
    300_000,
  );

  it('refuses a folder that holds something', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine.txt'), 'mine');
    const { code, err } = await concordat(['demo', '--store', `lmdb:${full}`]);
    expect(code).toBe(1);
    expect(err).toContain('is not empty');
  });
});

describe('the signed agreements of the demo', () => {
  it('are three', () => {
    expect(executed()).toHaveLength(3);
  });

  it.runIf(hasProgram('pdftotext'))('print every name', async () => {
    const texts = await Promise.all(executed().map((file) => outputOf('pdftotext', file, '-')));
    const all = texts.join('\n');
    for (const name of [
      'Łódź House',
      'Rhodri Ŵyn-Griffiths',
      'Ελένη Παπαδοπούλου',
      'Łucja Wójcik',
    ]) {
      expect(all).toContain(name);
    }
  });

  it.runIf(hasProgram('qpdf'))('are whole files', async () => {
    for (const file of executed())
      expect(await outputOf('qpdf', '--check', file)).toContain('No syntax');
  });

  it.runIf(hasVeraPdf).each(['3a', 'ua1'] as const)(
    'pass veraPDF for %s',
    async (profile) => {
      const files = [...executed()];
      expect(await judge(profile, files)).toEqual(
        files.map(() => expect.stringMatching(/ PASS$/u)),
      );
    },
    300_000,
  );
});
