import type { TemplateFile } from './template-file.ts';

/** What authors may say about a clause: leave an optional one out, or put their own text. */
export interface ClauseChoice {
  readonly include?: boolean;
  readonly text?: string;
  /** Why they chose their own words. */
  readonly reason?: string;
}

/**
 * A workflow keeps the authors' clauses as a list, because an expression cannot make an object with
 * names of its own: `clauses: [{ clause, text, include, reason }]` becomes `{ [clause]: { text, … } }`.
 * Entries about a clause that this template does not have are left out (the other kind of agreement
 * has it), and so is the wish to leave out a clause that is required.
 */
export function withClauseChoices(template: TemplateFile, data: unknown): unknown {
  if (!isRecord(data) || !Array.isArray(data['clauses'])) return data;
  const clauses: Record<string, ClauseChoice> = {};
  for (const entry of data['clauses'] as readonly unknown[]) {
    if (!isRecord(entry)) continue;
    const known = template.clauses.find(({ id }) => id === entry['clause']);
    if (!known) continue;
    const { text, include, reason } = entry;
    clauses[known.id] = {
      ...(typeof text === 'string' && text.trim() !== '' && { text }),
      ...(typeof reason === 'string' && reason.trim() !== '' && { reason }),
      ...(!known.required && include === false && { include: false }),
    };
  }
  return { ...data, clauses };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
