import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { documentToText } from '../../../server/documents/document-to-text.ts';
import { renderDocument } from '../../../server/documents/render-document.ts';
import { loadTemplates } from '../../../server/documents/template-library.ts';
import { AT, templates, TIME_ZONE } from '../../support/template-library.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function libraryWith(body: string, changes: object = {}): ReturnType<typeof loadTemplates> {
  const folder = await mkdtemp(join(tmpdir(), 'concordat-templates-'));
  folders.push(folder);
  await mkdir(join(folder, 'documents/letter'), { recursive: true });
  const template = {
    id: 'letter',
    version: 1,
    title: 'Letter',
    description: 'A letter',
    sources: [],
    contents: false,
    body: 'body.md.hbs',
    dataSchema: { type: 'object', properties: { name: { type: 'string' } } },
    sample: { name: 'Ewa' },
    ...changes,
  };
  await writeFile(join(folder, 'documents/letter/template.json'), JSON.stringify(template));
  await writeFile(join(folder, 'documents/letter/body.md.hbs'), body);
  return loadTemplates(folder);
}

describe('the template library', () => {
  it('reads a template from its folder', async () => {
    const library = await libraryWith('## Dear {{name}}\n\nYours.');
    const template = library.get('documents/letter');
    const tree = renderDocument({ template, data: { name: 'Ŵyn' }, at: AT, timeZone: TIME_ZONE });
    expect(documentToText(tree)).toBe('Letter\n======\n\nDear Ŵyn\n\nYours.\n');
  });

  it('says which template is unknown, and which there are', async () => {
    const library = await templates();
    for (const key of ['documents/none', '__proto__', '../agreements/mou']) {
      expect(() => library.get(key)).toThrowError(
        expect.objectContaining({
          code: 'template-unknown',
          details: { known: expect.any(Array) },
        }),
      );
    }
  });

  it.each([
    ['text inserted unescaped', '## A\n\n{{{name}}}', /unescaped/],
    ['a partial, which could read another file', '## A\n\n{{> other}}', /partial/],
    ['a decorator', '## A\n\n{{* name}}', /decorator/],
    ['a helper that is not on the list', '## A\n\n{{shout name}}', /shout/],
    ['a helper that writes to the log', '## A\n\n{{log name}}', /log/],
    ['a value under the name of a helper', '## A\n\n{{date}}', /helper/],
    ['a block that is not closed', '## A\n\n{{#if name}}', /letter/],
  ])('refuses a template with %s', async (_, body, message) => {
    await expect(libraryWith(body)).rejects.toMatchObject({
      code: 'template-refused',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['a sample that does not fit', { sample: { name: 7 } }, /sample/],
    ['a schema that is none', { dataSchema: { type: 'nothing' } }, /dataSchema/],
    ['a field it does not know', { sauces: [] }, /additional/],
    ['a part that is missing', { front: 'front.md.hbs' }, /front\.md\.hbs/],
    ['the id of another folder', { id: 'other' }, /folder/],
    ['a part outside its folder', { front: '../../x.md.hbs' }, /pattern/],
  ])('refuses a template with %s', async (_, changes, message) => {
    await expect(libraryWith('## A', changes)).rejects.toMatchObject({
      code: 'template-refused',
      message: expect.stringMatching(message),
    });
  });

  it('has another hash for another text', async () => {
    const one = (await libraryWith('## A\n\nOne')).get('documents/letter');
    const two = (await libraryWith('## A\n\nTwo')).get('documents/letter');
    expect(one.hash).not.toBe(two.hash);
  });

  it('reaches nothing but the data it was given', async () => {
    const body =
      '## A\n\n[{{name.constructor}}{{constructor.name}}{{__proto__.x}}{{toString}}{{@root.constructor}}]';
    const template = (await libraryWith(body)).get('documents/letter');
    const tree = renderDocument({ template, data: { name: 'x' }, at: AT, timeZone: TIME_ZONE });
    expect(documentToText(tree)).toContain('[]');
  });
});
