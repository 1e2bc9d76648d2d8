import type { UploadRefusal } from './upload-problem.ts';

/** A file as it came with a form: taken, or refused with the reason. */
export type PostedFile =
  | {
      readonly field: string;
      readonly name: string;
      readonly mediaType: string;
      readonly bytes: Uint8Array;
    }
  | { readonly field: string; readonly name: string; readonly refused: UploadRefusal };

/** A file taken with this request; keep its bytes under the hash before the values are used. */
export interface FormUpload {
  readonly hash: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
