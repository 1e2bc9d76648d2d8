import express from 'express';
import supertest from 'supertest';
import { describe, expect, test } from 'vitest';
import { isConcordatError } from '../../../engine/errors.ts';
import { readForm } from '../../../server/http/form/read-form.ts';
import { safeFileName } from '../../../server/http/form/recognise-upload.ts';
import { readPost } from '../../../server/http/form/read-post.ts';
import { presentForm } from '../../../web/presenters/form.ts';
import { UPLOAD_BYTES } from '../../../web/presenters/form/upload-limits.ts';

const schema = {
  type: 'object',
  required: ['note', 'paper'],
  properties: {
    note: { type: 'string', title: 'Note', maxLength: 100 },
    paper: { type: 'string', format: 'document', title: 'Signed paper' },
    more: {
      type: 'array',
      title: 'More papers',
      maxItems: 5,
      items: { type: 'string', format: 'document', title: 'Paper' },
    },
  },
} as const;

function server() {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.post('/', async (request, response) => {
    try {
      const { fields, files } = await readPost(request);
      const read = readForm({ schema, fields, files });
      response.json({
        values: read.values,
        errors: read.errors.map(({ message }) => message),
        uploads: read.uploads.map(({ name, mediaType, bytes }) => [name, mediaType, bytes.length]),
        kept: read.kept,
        again: presentForm({ schema, action: '/', typed: read.typed, errors: read.errors }).fields,
      });
    } catch (error) {
      response.status(400).json({ code: isConcordatError(error) ? error.code : String(error) });
    }
  });
  return supertest(app);
}

const pdf = Buffer.from('%PDF-1.7\n…');

interface Answer {
  readonly values: Record<string, unknown>;
  readonly errors: readonly string[];
  readonly uploads: readonly (readonly [string, string, number])[];
  readonly kept: readonly string[];
  readonly again: readonly { readonly value?: string; readonly kept?: { readonly name: string } }[];
  readonly code?: string;
}

async function send(files: readonly [string, Buffer, string][]): Promise<Answer> {
  let request = server().post('/').field('note', 'What I typed');
  for (const [field, bytes, filename] of files)
    request = request.attach(field, bytes, { filename });
  return (await request).body as Answer;
}

describe('an upload', () => {
  test('is taken with its name, kind and hash', async () => {
    const read = await send([['paper', pdf, 'Ŵyn & Łódź.PDF']]);
    expect(read.errors).toEqual([]);
    expect(read.uploads).toEqual([['Ŵyn & Łódź.PDF', 'application/pdf', pdf.length]]);
    expect(read.values['paper']).toMatch(/^[0-9a-f]{64}$/);
    expect(read.kept).toEqual([]);
  });

  test('several in a list keep their order', async () => {
    const read = await send([
      ['paper', pdf, 'a.pdf'],
      ['more[0]', Buffer.from('one'), 'one.txt'],
      ['more[1]', Buffer.from('a,b\n1,2'), 'two.csv'],
    ]);
    expect(read.errors).toEqual([]);
    expect(read.uploads.map(([name]) => name)).toEqual(['a.pdf', 'one.txt', 'two.csv']);
    expect(read.values['more']).toHaveLength(2);
  });

  test.each<[string, Buffer, string, string]>([
    [
      'too large',
      Buffer.alloc(UPLOAD_BYTES + 1, 'x'),
      'big.txt',
      'The file for signed paper must be smaller than 10 MB',
    ],
    ['of another kind', Buffer.from('MZ'), 'tool.exe', 'must be a PDF, Word, Excel'],
    ['not what its name says', Buffer.from('<html>'), 'paper.pdf', 'must be a PDF, Word, Excel'],
    ['binary under a text name', Buffer.from([65, 0, 66]), 'a.txt', 'must be a PDF, Word, Excel'],
    [
      'a ZIP that is no Word file',
      Buffer.from('PK\u0003\u0004 other/'),
      'a.docx',
      'must be a PDF, Word, Excel',
    ],
    ['with macros', Buffer.from('PK\u0003\u0004 word/vbaProject.bin'), 'a.docx', 'holds macros'],
    ['empty', Buffer.alloc(0), 'a.pdf', 'is empty. Choose another one'],
  ])(
    '%s is refused with a sentence, and nothing typed is lost',
    async (_, bytes, name, message) => {
      const read = await send([['paper', bytes, name]]);
      expect(read.errors).toHaveLength(1);
      expect(read.errors[0]).toContain(message);
      expect(read.uploads).toEqual([]);
      expect(read.again[0]?.value).toBe('What I typed');
    },
  );

  test('files that together are too large are refused, those before stay', async () => {
    const large = Buffer.alloc(UPLOAD_BYTES - 1, 'x');
    const read = await send([
      ['paper', large, '1.txt'],
      ['more[0]', large, '2.txt'],
      ['more[1]', large, '3.txt'],
      ['more[2]', large, '4.txt'],
    ]);
    expect(read.errors).toEqual([
      'The files together must be smaller than 30 MB. Send fewer at a time',
    ]);
    expect(read.uploads.map(([name]) => name)).toEqual(['1.txt', '2.txt', '3.txt']);
    expect(read.again[1]?.kept?.name).toBe('1.txt');
  });

  test('named by a hidden field is told apart from one that came with the request', async () => {
    const hash = 'b'.repeat(64);
    const { body } = (await server()
      .post('/')
      .type('form')
      .send({ note: 'x', 'paper.hash': hash, 'paper.name': 'p.pdf' })) as { body: Answer };
    expect(body.values['paper']).toBe(hash);
    expect(body.kept).toEqual([hash]);
  });

  test('a control left alone is no file', async () => {
    const { body } = (await server()
      .post('/')
      .set('content-type', 'multipart/form-data; boundary=B')
      .send(
        '--B\r\ncontent-disposition: form-data; name="note"\r\n\r\nhello\r\n--B\r\ncontent-disposition: form-data; name="paper"; filename=""\r\ncontent-type: application/octet-stream\r\n\r\n\r\n--B--\r\n',
      )) as { body: Answer };
    expect(body.errors).toEqual(['Upload signed paper']);
  });

  test.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'cut off',
      'multipart/form-data; boundary=B',
      '--B\r\ncontent-disposition: form-data; name="note"\r\n\r\nhel',
    ],
    [
      'with a poisoned name',
      'multipart/form-data; boundary=B',
      '--B\r\ncontent-disposition: form-data; name="__proto__[x]"\r\n\r\nhello\r\n--B--\r\n',
    ],
  ])('a multipart body %s is a bad request, not a crash', async (_, type, body) => {
    const answer = await server().post('/').set('content-type', type).send(body);
    expect(answer.body).toEqual({ code: 'bad-request' });
  });

  test('a name cannot point elsewhere, nor hide what it is', async () => {
    const read = await send([['paper', pdf, '../../etc/passwd.pdf']]);
    expect(read.uploads[0]?.[0]).toBe('passwd.pdf');
    expect(safeFileName('C:\\papers\\a\u0000b\u202e.pdf')).toBe('ab.pdf');
    expect(safeFileName('..')).toBe('file');
    expect(safeFileName(`${'n'.repeat(500)}.docx`)).toHaveLength(125);
  });
});
