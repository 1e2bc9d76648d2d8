import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { formFields } from '../../../server/http/form/post-body.ts';
import { readForm } from '../../../server/http/form/read-form.ts';
import { createViews, type Views } from '../../../server/http/views.ts';
import { VIEWS_DIRECTORY } from '../../../web/asset-manifest.ts';
import { presentForm, type PresentForm } from '../../../web/presenters/form.ts';
import { builtAssets } from '../../support/built-assets.ts';
import { everyValue } from '../../support/every-value.ts';
import { postedControls } from '../../support/posted-controls.ts';
import { everyContext, everyField } from './every-field.ts';

let views: Views;
beforeAll(() => {
  views = createViews({ directory: VIEWS_DIRECTORY, assets: builtAssets() });
});

/** Shows the form as a page and takes from it what a browser would post. */
function shownThenPosted(more: Omit<PresentForm, 'schema' | 'action' | 'context'>) {
  const form = presentForm({ schema: everyField, action: '/', context: everyContext, ...more });
  return postedControls(views.render('partials/form/form', { form }));
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '31',
    '02',
    '2027',
    'abc',
    '',
    ' ',
    '<b>"&\'`=',
    'yes',
    'p-amina',
    'o-trust',
    '1,2',
  ),
);

describe('a generated form', () => {
  test('gives back every valid value that it was shown with', () => {
    fc.assert(
      fc.property(everyValue, (values) => {
        const posted = shownThenPosted({ values });
        const read = readForm({
          schema: everyField,
          fields: formFields(Object.fromEntries(posted)),
          context: everyContext,
        });
        expect(read.errors).toEqual([]);
        expect(read.values).toEqual(values);
      }),
      { numRuns: 150 },
    );
  });

  test('shows again exactly what was typed, whatever it was', () => {
    const names = [...shownThenPosted({}).keys()].filter((name) => !name.endsWith('.rows'));
    expect(names.length).toBeGreaterThan(15);
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: names.length, maxLength: names.length }),
        (texts) => {
          const typed = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
          const rows = { 'parties.rows': '2', 'aliases.rows': '1', 'aliases[0]': 'kept' };
          const read = readForm({
            schema: everyField,
            // Pressing "Add another" keeps even empty rows, so that all of it can be compared.
            fields: formFields({ ...typed, ...rows, _action: 'add:aliases' }),
            context: everyContext,
          });
          const again = shownThenPosted({ typed: read.typed, errors: read.errors });
          for (const name of names)
            expect([name, again.get(name)?.[0] ?? '']).toEqual([name, typed[name]]);
          expect(again.get('aliases[0]')).toEqual(['kept']);
          expect(again.get('aliases.rows')).toEqual(['2']);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('never throws and never answers with the words of the validator, whatever is posted', () => {
    const name = fc.oneof(
      fc.constantFrom(
        ...shownThenPosted({}).keys(),
        'services',
        '_action',
        'evidence.hash',
        'agreed',
      ),
      fc
        .string({ maxLength: 20 })
        .filter((one) => /^(?!prototype$|constructor$)[a-zA-Z]\w*$/.test(one)),
    );
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.oneof(anyText, fc.array(anyText, { maxLength: 3 }))),
        (body) => {
          const read = readForm({
            schema: everyField,
            fields: formFields(body),
            context: everyContext,
          });
          for (const { message } of read.errors) {
            expect(message).not.toMatch(
              /must (?:NOT|have|match|be (?:string|integer|array|object))/,
            );
            expect(message).toMatch(/^[A-Z]/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is never a dead end when nobody can be chosen yet', () => {
    const html = views.render('partials/form/form', {
      form: presentForm({ schema: everyField, action: '/', context: { people: [] } }),
    });
    expect(html).toContain('Nobody can be chosen yet. Ask the coordinator');
    expect(html).toContain('No organisation can be chosen yet.');
  });

  test('text that looks like markup stays text', () => {
    const html = views.render('partials/form/form', {
      form: presentForm({
        schema: everyField,
        action: '/',
        context: everyContext,
        values: { subject: '"><script>alert(1)</script>', story: '</textarea><script>' },
      }),
    });
    expect(html).not.toContain('<script');
  });
});
