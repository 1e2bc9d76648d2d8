import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Handlebars from 'handlebars';
import { describe, expect, test } from 'vitest';
import { createViews } from '../../server/http/views.ts';
import { assetManifest, PUBLIC_DIRECTORY, VIEWS_DIRECTORY } from '../../web/asset-manifest.ts';
import { builtAssets } from '../support/built-assets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const assets = { url: (name: string) => `/assets/${name}` };

function views(files: Record<string, string>) {
  const directory = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return createViews({ directory, assets });
}

describe('views', () => {
  test('escape whatever they are given', () => {
    const made = views({ 'a.hbs': '<p title="{{x}}">{{x}}</p>' });
    expect(made.render('a', { x: `<b a="1" b='2'>` })).not.toMatch(/<b|a="1"/);
  });

  test('never reach a prototype', () => {
    const made = views({
      'a.hbs': '[{{x.constructor.name}}{{x.__proto__}}{{x.toString}}{{lookup x "constructor"}}]',
    });
    expect(made.render('a', { x: {} })).toBe('[]');
  });

  test('know a closed set of helpers', () => {
    const made = views({ 'a.hbs': '{{log "x"}}{{shout x "y"}}' });
    expect(() => made.render('a', { x: 1 })).toThrow(/shout/);
  });

  test('a partial with named arguments sees those alone', () => {
    const made = views({
      'p.hbs': '[{{text}}|{{name}}]',
      'a.hbs': '{{> p text="x"}}{{> p}}{{> p inner}}{{#each list}}{{> p text=../text}}{{/each}}',
    });
    const context = { name: 'page', text: 'T', inner: { name: 'inner' }, list: [{ name: 'item' }] };
    expect(made.render('a', context)).toBe('[x|][T|page][|inner][T|]');
  });

  test('a view that is not well formed is never shown in part', () => {
    expect(() => views({ 'a.hbs': 'begun {{#if x}}' }).render('a', {})).toThrow();
  });

  test('every shipped view is well formed', () => {
    for (const file of readdirSync(VIEWS_DIRECTORY, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.hbs')) continue;
      const text = readFileSync(join(VIEWS_DIRECTORY, file), 'utf8');
      expect(() => Handlebars.parse(text), file).not.toThrow();
    }
  });

  test('a view that is not there is named', () => {
    expect(() => views({}).render('pages/none', {})).toThrow(/pages\/none/);
  });

  /** Shows a document as it was drawn up by us, where every text was escaped already. */
  const DRAWN_BY_US = 'partials/document-text.hbs';

  test('no shipped view holds a script, a style, a handler or an unescaped value', () => {
    const files = readdirSync(VIEWS_DIRECTORY, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.hbs'),
    );
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) {
      const whole = readFileSync(join(VIEWS_DIRECTORY, file), 'utf8');
      const text = file === DRAWN_BY_US ? whole.replace('{{{html}}}', '') : whole;
      expect(
        text.replaceAll(/<script [^>]*src="\{\{asset "[^"]+"\}\}"><\/script>/g, ''),
        file,
      ).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|\{\{\{|\{\{&/);
    }
  });
});

describe('built assets', () => {
  test('are named by their content and all there', () => {
    const built = builtAssets();
    for (const name of ['main.css', 'concordat.js', 'start.js', 'govuk-frontend.js', 'icon.svg']) {
      expect(built.url(name)).toMatch(/^\/assets\/[a-z-]+-[0-9a-f]{12}\.(?:css|js|svg)$/);
    }
    expect(() => built.url('crown.svg')).toThrow(/crown.svg/);
  });

  test('hold neither crown nor the government typeface', () => {
    const css = readFileSync(
      join(PUBLIC_DIRECTORY, builtAssets().url('main.css').slice('/assets/'.length)),
      'utf8',
    );
    expect(/GDS Transport|crest|crown/i.exec(css)).toBeNull();
    expect(css).toContain('Source Sans 3');
  });

  test('say which command makes them when they are missing', () => {
    expect(() => assetManifest(temporaryFolder())).toThrow(/npm run build/);
  });
});
