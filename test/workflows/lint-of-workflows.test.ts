import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lintDefinition } from '../../engine/lint.ts';
import { MEMBERSHIP_ROLES } from '../../server/access/standing.ts';
import { loadTemplates } from '../../server/documents/template-library.ts';
import { loadMailTemplates } from '../../server/mail/mail-template-library.ts';

const folder = new URL('../../workflows/', import.meta.url);
const ids = readdirSync(folder).flatMap((name) =>
  /^[a-z0-9-]+\.json$/u.test(name) ? [name.replace('.json', '')] : [],
);
const catalogue = {
  templates: {
    documents: new Set((await loadTemplates('templates')).list().map(({ key }) => key)),
    emails: new Set((await loadMailTemplates('templates/emails')).names()),
  },
  workflows: new Set(ids),
  membershipRoles: new Set(Object.keys(MEMBERSHIP_ROLES)),
};

it.each(ids)('lint finds nothing in the workflow %s', (id) => {
  const definition: unknown = JSON.parse(readFileSync(new URL(`${id}.json`, folder), 'utf8'));
  expect(lintDefinition(definition, catalogue)).toEqual([]);
});

it.each(ids)('a row of a list has a name of its own in %s, as it stands behind “Add a”', (id) => {
  const text = readFileSync(new URL(`${id}.json`, folder), 'utf8');
  const alike: string[] = [];
  JSON.parse(text, (_, value: { title?: string; items?: { title?: string } } | null) => {
    if (value?.title !== undefined && value.title === value.items?.title) alike.push(value.title);
    return value;
  });
  expect(alike).toEqual([]);
});
