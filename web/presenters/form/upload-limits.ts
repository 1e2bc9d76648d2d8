/** What may be uploaded as evidence: the ending of its name and the media type it is kept as. */
export const UPLOAD_TYPES: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['txt', 'text/plain'],
  ['csv', 'text/csv'],
  ['eml', 'message/rfc822'],
]);

/** One file, in bytes, and how that is said. */
export const UPLOAD_BYTES = 10 * 1024 * 1024;
export const UPLOAD_SIZE_TEXT = '10 MB';
/** All files of one form together. */
export const UPLOADS_BYTES = 30 * 1024 * 1024;
export const UPLOADS_SIZE_TEXT = '30 MB';

export const UPLOAD_ACCEPT = [...UPLOAD_TYPES.keys()].map((ending) => `.${ending}`).join(',');
export const UPLOAD_KINDS_TEXT = 'PDF, Word, Excel, PNG or JPEG picture, text, CSV or saved e-mail';
