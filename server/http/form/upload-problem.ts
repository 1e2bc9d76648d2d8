import type { FieldSpec } from '../../../web/presenters/form/field-spec.ts';
import { type FormFields, typedText } from '../../../web/presenters/form/form-fields.ts';
import { midSentence } from '../../../engine/mid-sentence.ts';
import {
  UPLOAD_KINDS_TEXT,
  UPLOAD_SIZE_TEXT,
  UPLOADS_SIZE_TEXT,
} from '../../../web/presenters/form/upload-limits.ts';

/** Why a file was not taken. */
export type UploadRefusal = 'too-large' | 'too-large-together' | 'wrong-kind' | 'empty' | 'unsafe';

/** The refusal stands beside the typed fields under a name that no browser can post. */
export function refusalField(name: string): string {
  return `${name}#refused`;
}

const SENTENCES: Readonly<Record<UploadRefusal, (file: string) => string>> = {
  'too-large': (file) => `${file} must be smaller than ${UPLOAD_SIZE_TEXT}`,
  'too-large-together': () =>
    `The files together must be smaller than ${UPLOADS_SIZE_TEXT}. Send fewer at a time`,
  'wrong-kind': (file) => `${file} must be a ${UPLOAD_KINDS_TEXT}`,
  empty: (file) => `${file} is empty. Choose another one`,
  unsafe: (file) => `${file} holds macros. Save it without them and upload it again`,
};

/** What is said about a file that was sent and not taken; `undefined` when there is none. */
export function uploadProblem(fields: FormFields, spec: FieldSpec): string | undefined {
  const refusal = typedText(fields, refusalField(spec.name));
  return refusal === ''
    ? undefined
    : SENTENCES[refusal as UploadRefusal](`The file for ${midSentence(spec.label)}`);
}
