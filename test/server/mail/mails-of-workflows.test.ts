import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMailTemplates } from '../../../server/mail/mail-template-library.ts';

const templates = await loadMailTemplates('templates/emails');
const files = (await readdir('workflows')).filter((name) => /^[a-z0-9-]+\.json$/.test(name));

interface Mail {
  readonly at: string;
  readonly template: string;
  readonly with: readonly string[];
}

/** Every mail that a definition sends: effects, reminders and chases. */
function mailsOf(value: unknown, at = ''): Mail[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => mailsOf(item, `${at}/${key}`));
  const { type, params, template, to } = value as Readonly<Record<string, unknown>>;
  if ((type === 'notify' || type === 'ask') && typeof params === 'object' && params !== null) {
    const { template: name, with: own = {} } = params as { template: string; with?: object };
    return [{ at, template: name, with: Object.keys(own) }];
  }
  if (typeof template === 'string' && to !== undefined && ('before' in value || 'every' in value)) {
    return [...inner, { at, template, with: ['deadline'] }];
  }
  return inner;
}

describe.each(files)('the mails of %s', async (file) => {
  const mails = mailsOf(JSON.parse(await readFile(join('workflows', file), 'utf8')));

  it('all have a template', () => {
    expect(mails.filter(({ template }) => !templates.has(template))).toEqual([]);
  });

  it('give their template only what it knows, and all that it needs', () => {
    for (const mail of mails.filter(({ template }) => templates.has(template))) {
      const { properties = {}, required = [] } = templates.get(mail.template).file.dataSchema as {
        properties?: object;
        required?: string[];
      };
      const known = new Set([...Object.keys(properties), 'deadline']);
      expect(
        mail.with.filter((field) => !known.has(field)),
        `${mail.template} ${mail.at}`,
      ).toEqual([]);
      expect(
        required.filter((field) => !mail.with.includes(field)),
        `${mail.template} ${mail.at}`,
      ).toEqual([]);
    }
  });
});
