import { beforeAll, describe, expect, it } from 'vitest';
import { documentToText } from '../../../server/documents/document-to-text.ts';
import { renderDocument } from '../../../server/documents/render-document.ts';
import { loadTemplates, type Template } from '../../../server/documents/template-library.ts';

describe("authors' clauses, kept as a list by the workflow", () => {
  let template: Template;
  beforeAll(async () => {
    template = (await loadTemplates('templates')).get('agreements/mou');
  });
  const draw = (clauses: unknown): string =>
    documentToText(
      renderDocument({
        template,
        data: { ...template.file.sample, clauses },
        at: '2027-03-01T10:00:00.000Z',
        timeZone: 'Europe/London',
      }),
    );

  it('puts the authors’ words in the place of ours', () => {
    const text = draw([
      { clause: 'staff', text: 'Each keeps its own staff.', reason: 'Asked for' },
    ]);
    expect(text).toContain('Each keeps its own staff.');
  });

  it('leaves an optional clause out, and never a required one', () => {
    expect(draw([])).toContain('Publicity');
    const text = draw([
      { clause: 'publicity', include: false },
      { clause: 'staff', include: false },
    ]);
    expect(text).not.toContain('Publicity and materials');
    expect(text).toContain('Staff');
  });

  it('ignores a clause of the other kind of agreement', () => {
    expect(draw([{ clause: 'liability', text: 'No limit.' }])).not.toContain('No limit.');
  });
});
