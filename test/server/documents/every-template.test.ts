import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../server/canonical-json.ts';
import { renderAll } from '../../../server/documents/render-all.ts';
import type {
  RenderedDocument,
  RenderRequest,
} from '../../../server/documents/rendered-document.ts';
import type { TemplateLibrary } from '../../../server/documents/template-library.ts';
import { hasProgram, outputOf } from '../../support/programs.ts';
import { AT, sampleOf, TEMPLATES, templates, TIME_ZONE } from '../../support/template-library.ts';
import { hasVeraPdf, judge } from '../../support/verapdf.ts';

const hasPoppler = hasProgram('pdftotext');
const hasQpdf = hasProgram('qpdf');

interface Drawn {
  readonly name: string;
  readonly file: string;
  readonly request: RenderRequest;
  readonly document: RenderedDocument;
}

let folder: string;
let library: TemplateLibrary;
let drawn: Drawn[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concordat-documents-'));
  library = await templates();
  const requests: RenderRequest[] = library.list().map((template) => {
    return { template: template.key, data: template.file.sample, at: AT, timeZone: TIME_ZONE };
  });
  requests.push(await executedCopy());
  requests.push(await hostileAgreement());
  drawn = await Promise.all(
    requests.map(async (request, index): Promise<Drawn> => {
      const document = await renderAll(library, TEMPLATES, request);
      const file = join(folder, `${index}.pdf`);
      await writeFile(file, document.pdf);
      return { name: `${index} ${request.template}`, file, request, document };
    }),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The text with the certificate that follows it once everyone has signed. */
async function executedCopy(): Promise<RenderRequest> {
  const certificate = library.get('documents/certificate');
  return {
    template: 'agreements/mou',
    data: await sampleOf('agreements/mou'),
    at: AT,
    timeZone: TIME_ZONE,
    attachments: [{ template: certificate.key, data: certificate.file.sample }],
  };
}

/** What people paste: marks of XML, characters that the font lacks, words wider than the page. */
async function hostileAgreement(): Promise<RenderRequest> {
  const data = await sampleOf('agreements/partnership-agreement');
  data.title = 'Health & <Care> "together" 健康 \u202Eevil';
  data.terms['background'] = `${'W'.repeat(900)} 🤝 日本 עברית\u0007 ${'long text '.repeat(300)}`;
  data.terms['costSharing'] = 'half '.repeat(150);
  const name = `Sehr lange ${'Organisation'.repeat(12)}`;
  data.parties[0] = { ...data.parties[0], name, address: 'x'.repeat(300) };
  return { template: 'agreements/partnership-agreement', data, at: AT, timeZone: TIME_ZONE };
}

describe('every template, drawn from its sample', () => {
  it('has agreements, reports and records to draw', () => {
    expect(library.list().map((template) => template.key)).toEqual(
      expect.arrayContaining([
        'agreements/mou',
        'agreements/partnership-agreement',
        'documents/certificate',
        'documents/dispute-record',
        'documents/notice-to-end',
        'documents/partnership-summary',
        'documents/readiness-report',
        'documents/review-outcome',
        'documents/section-75-report',
        'documents/systemic-issue-referral',
      ]),
    );
  });

  it('says the same in its three forms', () => {
    for (const { document } of drawn) {
      const words = document.html
        .replace(/<[^>]+>/g, ' ')
        .replaceAll('&amp;', '&')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replace(/\s+/g, '');
      const missing = document.text
        .split('\n')
        .filter((line) => !/^=+$/.test(line))
        .flatMap((line) => line.split(/ \| |^\s*(?:-|\d+\.) |: /))
        .map((part) => part.replace(/\s+/g, '').replace(/:$/, ''))
        .filter((part) => !words.includes(part));
      expect(missing).toEqual([]);
    }
  });

  it('leaves no value unfilled and no mark of a template behind', () => {
    for (const { name, document } of drawn) {
      expect(document.text, name).not.toMatch(/\{\{|\}\}|undefined|\[object|:::/);
    }
  });

  it('gives the same bytes for the same input, and others for another', async () => {
    for (const { request, document } of drawn) {
      const again = await renderAll(library, TEMPLATES, request);
      expect(again.manifest).toEqual(document.manifest);
      expect(Buffer.compare(again.pdf, document.pdf)).toBe(0);
    }
    const [first] = drawn;
    const later = { ...first?.request, at: '2026-11-24T15:00:00Z' } as RenderRequest;
    const other = await renderAll(library, TEMPLATES, later);
    expect(other.manifest.pdfHash).not.toBe(first?.document.manifest.pdfHash);
  });

  it.skipIf(!hasVeraPdf)(
    'passes PDF/A-3a and PDF/UA-1 in veraPDF',
    async () => {
      const files = drawn.map(({ file }) => file);
      for (const profile of ['3a', 'ua1'] as const) {
        const verdicts = await judge(profile, files);
        expect(verdicts.filter((line) => !line.endsWith(' PASS'))).toEqual([]);
        expect(verdicts).toHaveLength(drawn.length);
      }
    },
    300_000,
  );

  it.skipIf(!hasQpdf)('has no syntax error that qpdf finds', async () => {
    for (const { file } of drawn) {
      const answer = await outputOf('qpdf', '--check', file);
      expect(answer).toContain('No syntax or stream encoding errors found');
    }
  });

  it.skipIf(!hasPoppler)('prints names, amounts and clause numbers that can be found', async () => {
    const text = await outputOf('pdftotext', '-layout', drawn[0]?.file ?? '', '-');
    for (const words of [
      'Łódź House Refuge',
      'Siân Llwyd-Ŵyn',
      'Ελένη',
      'Παπαδοπούλου',
      'Zofia Żółkiewska',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain('£31,200.50');
    expect(text).toMatch(/^11\. +Disputes/m);
    expect(text).toMatch(
      /^ *11\.3 +It then climbs this ladder, with 10 working days at each level/m,
    );
    expect(text).toMatch(/^ *\(c\) +if they do not settle it either, the parties go to mediation/m);
    expect(text).toMatch(/Page 2 of 9/);
    expect(text).toContain(`Fingerprint of this document: ${drawn[0]?.document.manifest.textHash}`);
  });

  it.skipIf(!hasPoppler)('lists in its contents the page on which each clause begins', async () => {
    const pages = (await outputOf('pdftotext', '-layout', drawn[1]?.file ?? '', '-')).split('\f');
    const before = pages
      .slice(
        0,
        pages.findIndex((page) => /^1\.1 /m.test(page)),
      )
      .join('\n');
    const entries = [...before.matchAll(/^ *(\d+)\. +(.+?) {3,}(\d+)$/gm)];
    expect(entries.length).toBe(
      library.get('agreements/partnership-agreement').file.clauses.length,
    );
    for (const [, number, title, page] of entries) {
      expect(pages[Number(page) - 1]).toMatch(new RegExp(`^ *${number}\\. +${title}`, 'm'));
    }
  });

  it.skipIf(!hasPoppler)(
    'keeps what the font cannot print, for reading aloud and copying',
    async () => {
      const text = await outputOf('pdftotext', '-raw', drawn.at(-1)?.file ?? '', '-');
      for (const character of ['健', '康', '🤝', '日', 'ע']) expect(text).toContain(character);
      const information = await outputOf('pdfinfo', drawn.at(-1)?.file ?? '');
      expect(information).toContain('Health & <Care> "together" 健康 [U+202E]evil');
    },
  );

  it.skipIf(!hasQpdf)('carries its data inside, as it was given', async () => {
    const { file, request } = drawn[1] as Drawn;
    const json = await outputOf('qpdf', file, '--show-attachment=partnership-agreement.json');
    expect(json).toBe(canonicalJson(request.data));
  });

  it.skipIf(!hasPoppler)(
    'ends an executed copy with the certificate, on a page of its own',
    async () => {
      const copy = drawn.at(-2);
      const pages = (await outputOf('pdftotext', '-layout', copy?.file ?? '', '-')).split('\f');
      const first = pages.findIndex(
        (page) => /^ *Certificate of signature/m.test(page) && !/Contents/.test(page),
      );
      expect(first).toBe(9);
      const certificate = pages.slice(first).join('');
      expect(certificate).toContain(
        '75c9ffc8f6c5ce196f10694e16b2622b4323bb6aa11751eeab50b9f99faefa39',
      );
      expect(certificate).toContain('17 March 2027 at 8:03am (London time)');
      expect(certificate).toMatch(/one-\s*time code sent by e-mail/);
    },
  );

  it.skipIf(!hasPoppler)(
    'tells the fingerprint of the text that was signed from that at the foot of the executed copy',
    async () => {
      const copy = drawn.at(-2);
      const text = await outputOf('pdftotext', '-layout', copy?.file ?? '', '-');
      const own = copy?.document.manifest.textHash ?? '';
      const words = text.replaceAll(/\s+/gu, ' ');
      expect(text).toContain(`Fingerprint of this document: ${own}`);
      expect(words).toContain('Fingerprint of the text that was signed.');
      expect(words).toContain(
        'Fingerprint of this executed copy, the text and this certificate together.',
      );
      expect(words).toContain(
        'It stands at the foot of these pages, so it differs from the first.',
      );
    },
  );
});
