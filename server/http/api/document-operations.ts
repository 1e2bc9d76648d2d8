import { ConcordatError } from '../../../engine/errors.ts';
import {
  UPLOAD_BYTES,
  UPLOAD_KINDS_TEXT,
  UPLOAD_SIZE_TEXT,
} from '../../../web/presenters/form/upload-limits.ts';
import { readableFiles } from '../../access/shared-part.ts';
import { visibleInstance } from '../../access/visible-instance.ts';
import type { DocumentInfo } from '../../store/document-store.ts';
import { readDocument } from '../../use-cases/read-document.ts';
import { uploadFile } from '../../use-cases/upload-file.ts';
import { recogniseUpload, safeFileName } from '../form/recognise-upload.ts';
import { ANSWER_SCHEMAS, itemsOf } from './answer-schemas.ts';
import { defineOperation } from './operation.ts';
import { id, sha256Hex, text } from './schema-parts.ts';

const GROUP = 'Documents';
const instance = id('Id of the instance');

export const listDocuments = defineOperation<{ params: { instance: string } }>({
  id: 'listDocuments',
  method: 'get',
  path: '/instances/{instance}/documents',
  group: GROUP,
  summary: 'List documents and uploads',
  description: 'Everything that was drawn up or uploaded in this instance, older versions too.',
  params: { instance },
  answer: {
    status: 200,
    description: 'In no particular order',
    schema: itemsOf(ANSWER_SCHEMAS.StoredFile),
  },
  refusals: ['not-found'],
  async handle({ services, asker, params }) {
    const visible = await visibleInstance(services, asker, params.instance);
    const files = await services.store.documents.listByInstance(params.instance);
    const readable = readableFiles(visible);
    const items = files.filter(({ hash }) => readable?.has(hash) ?? true).map(shown);
    return { json: { items } };
  },
});

export const readOneDocument = defineOperation<{ params: { instance: string; hash: string } }>({
  id: 'readDocument',
  method: 'get',
  path: '/instances/{instance}/documents/{hash}',
  group: GROUP,
  summary: 'Read a document, byte for byte',
  params: { instance, hash: sha256Hex('SHA-256 of its bytes') },
  answer: { status: 200, description: 'Its bytes, under its own media type', schema: null },
  refusals: ['not-found'],
  async handle({ services, asker, params }) {
    const { info, bytes } = await readDocument(services, asker, params.instance, params.hash);
    const { mediaType, hash, name } = info;
    return {
      bytes,
      mediaType: mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
      headers: {
        etag: `"${hash}"`,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
    };
  },
});

export const takeUpload = defineOperation<{
  params: { instance: string };
  query: { name?: string };
}>({
  id: 'uploadFile',
  method: 'post',
  path: '/instances/{instance}/uploads',
  group: GROUP,
  summary: 'Upload a file',
  description: `Before the event whose form names it: the \`hash\` is the value of the field. The body is the file itself, as \`application/octet-stream\`. Taken: ${UPLOAD_KINDS_TEXT}, at most ${UPLOAD_SIZE_TEXT}. The same bytes twice are kept once.`,
  params: { instance },
  query: {
    name: text('Its file name, with the ending that tells its kind', {
      minLength: 1,
      maxLength: 200,
    }),
  },
  file: { maxBytes: UPLOAD_BYTES },
  answer: { status: 201, description: 'It is kept', schema: ANSWER_SCHEMAS.StoredFile },
  refusals: ['not-found', 'not-allowed', 'invalid-input'],
  async handle({ services, asker, params, query, bytes }) {
    const name = safeFileName(query.name ?? '');
    const kind = recogniseUpload(name, bytes);
    if ('refused' in kind) throw refusedFile(kind.refused);
    const upload = { name, mediaType: kind.mediaType, bytes };
    return { json: shown(await uploadFile(services, asker, params.instance, upload)) };
  },
});

function refusedFile(why: string): ConcordatError {
  const sentences: Readonly<Record<string, string>> = {
    empty: 'The file is empty. Send its bytes as the body of the request.',
    unsafe: 'Office files with macros are not taken. Save it without macros and send it again.',
  };
  return new ConcordatError('invalid-input', `upload refused: ${why}`, {
    userMessage:
      sentences[why] ??
      `This kind of file is not taken. Give its name in the query (?name=evidence.pdf) and send one of: ${UPLOAD_KINDS_TEXT}.`,
  });
}

function shown({ hash, name, mediaType, size, createdAt }: DocumentInfo): object {
  return { hash, name, mediaType, size, createdAt };
}
