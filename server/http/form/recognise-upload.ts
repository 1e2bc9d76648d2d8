import { UPLOAD_TYPES } from '../../../web/presenters/form/upload-limits.ts';
import type { UploadRefusal } from './upload-problem.ts';

/** How the bytes of a kind begin. Text kinds have no mark; they only must not hold binary. */
const MARKS: Readonly<Record<string, readonly number[]>> = {
  pdf: [0x25, 0x50, 0x44, 0x46],
  png: [0x89, 0x50, 0x4e, 0x47],
  jpg: [0xff, 0xd8, 0xff],
  jpeg: [0xff, 0xd8, 0xff],
  docx: [0x50, 0x4b, 0x03, 0x04],
  xlsx: [0x50, 0x4b, 0x03, 0x04],
};

const OFFICE_PART: Readonly<Record<string, string>> = { docx: 'word/', xlsx: 'xl/' };

export type RecognisedUpload = { readonly mediaType: string } | { readonly refused: UploadRefusal };

/**
 * Which allowed kind a file is, by its name and by its bytes; what the browser calls it is not asked.
 * Office files with macros are refused: partners open these papers.
 */
export function recogniseUpload(name: string, bytes: Buffer): RecognisedUpload {
  const ending = /\.([a-z\d]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const mediaType = UPLOAD_TYPES.get(ending);
  if (mediaType === undefined) return { refused: 'wrong-kind' };
  if (bytes.length === 0) return { refused: 'empty' };
  const mark = MARKS[ending];
  if (mark ? !mark.every((byte, index) => bytes[index] === byte) : bytes.includes(0)) {
    return { refused: 'wrong-kind' };
  }
  const part = OFFICE_PART[ending];
  if (part !== undefined) {
    if (!bytes.includes(part)) return { refused: 'wrong-kind' };
    if (bytes.includes('vbaProject.bin')) return { refused: 'unsafe' };
  }
  return { mediaType };
}

/** The last part of a file's name, without control characters or what a file system refuses. */
export function safeFileName(posted: string): string {
  const last = posted.split(/[\\/]/).at(-1) ?? '';
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '').trim();
  if (plain === '' || /^\.+$/.test(plain)) return 'file';
  const ending = /\.[a-z\d]{1,8}$/i.exec(plain)?.[0] ?? '';
  return `${plain.slice(0, plain.length - ending.length).slice(0, 120)}${ending}`;
}
