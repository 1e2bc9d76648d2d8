import type { FieldSpec } from '../../../web/presenters/form/field-spec.ts';
import { type FormFields, typedText } from '../../../web/presenters/form/form-fields.ts';
import type { FormUpload, PostedFile } from './posted-file.ts';
import { refusalField } from './upload-problem.ts';

/** Writes each file that came into the typed fields by hash and name, so that it outlives an error. */
export function withUploads(
  fields: FormFields,
  files: readonly PostedFile[],
  hashOf: (bytes: Uint8Array) => string,
): { fields: FormFields; uploads: readonly FormUpload[] } {
  const after = new Map(fields);
  const uploads: FormUpload[] = [];
  for (const file of files) {
    if ('refused' in file) {
      after.set(refusalField(file.field), [file.refused]);
      continue;
    }
    const hash = hashOf(file.bytes);
    uploads.push({ hash, name: file.name, mediaType: file.mediaType, bytes: file.bytes });
    after.set(`${file.field}.hash`, [hash]);
    after.set(`${file.field}.name`, [file.name]);
  }
  return { fields: after, uploads };
}

/** The documents named by hidden fields alone. */
export function keptDocuments(
  specs: ReadonlyMap<string, FieldSpec>,
  fields: FormFields,
  uploads: readonly FormUpload[],
): readonly string[] {
  const fresh = new Set(uploads.map((upload) => upload.hash));
  return [...specs.values()]
    .filter((spec) => spec.kind === 'document')
    .map((spec) => typedText(fields, `${spec.name}.hash`))
    .filter((hash) => hash !== '' && !fresh.has(hash));
}
