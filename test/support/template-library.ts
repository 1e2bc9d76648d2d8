import { fileURLToPath } from 'node:url';
import { renderDocument } from '../../server/documents/render-document.ts';
import type { DocumentTree } from '../../server/documents/document-tree.ts';
import { loadTemplates, type TemplateLibrary } from '../../server/documents/template-library.ts';

export const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));
export const AT = '2026-11-23T15:00:00Z';
export const TIME_ZONE = 'Europe/London';

let library: Promise<TemplateLibrary> | undefined;

/** The templates that we ship, read once a test file. */
export function templates(): Promise<TemplateLibrary> {
  library ??= loadTemplates(TEMPLATES);
  return library;
}

/** A template's sample as something a test may change. */
export async function sampleOf(key: string): Promise<AgreementData> {
  return structuredClone((await templates()).get(key).file.sample) as unknown as AgreementData;
}

export interface AgreementData {
  title?: string;
  partnershipName: string;
  parties: Record<string, unknown>[];
  terms: Record<string, unknown>;
  clauses?: Record<string, { include?: boolean; text?: string }>;
}

export async function draw(key: string, data: unknown): Promise<DocumentTree> {
  return renderDocument({
    template: (await templates()).get(key),
    data,
    at: AT,
    timeZone: TIME_ZONE,
  });
}
