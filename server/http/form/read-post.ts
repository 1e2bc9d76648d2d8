import { asError } from '../../as-error.ts';
import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { ConcordatError } from '../../../engine/errors.ts';
import type { FormFields } from '../../../web/presenters/form/form-fields.ts';
import { UPLOAD_BYTES, UPLOADS_BYTES } from '../../../web/presenters/form/upload-limits.ts';
import { addField, canonicalName, formFields, tooLarge } from './post-body.ts';
import type { PostedFile } from './posted-file.ts';
import { recogniseUpload, safeFileName } from './recognise-upload.ts';

export interface Post {
  readonly fields: FormFields;
  readonly files: readonly PostedFile[];
}

const LIMITS = {
  fieldNameSize: 200,
  fieldSize: 800_000,
  fields: 2000,
  files: 30,
  parts: 2030,
  headerPairs: 50,
  fileSize: UPLOAD_BYTES,
};

const read = new WeakMap<IncomingMessage, Promise<Post>>();

/**
 * A posted form, urlencoded (already read by `express.urlencoded({ extended: false })`) or multipart
 * (streamed here). A file that is too large or of a wrong kind is named and let go, so that
 * everything else typed can be shown again. Asked once more, answers the same. Throws `too-large`
 * and `bad-request`.
 */
export function readPost(request: IncomingMessage & { body?: unknown }): Promise<Post> {
  const post = read.get(request) ?? readOnce(request);
  read.set(request, post);
  return post;
}

async function readOnce(request: IncomingMessage & { body?: unknown }): Promise<Post> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) {
    return { fields: formFields(request.body), files: [] };
  }
  return await readMultipart(request);
}

function readMultipart(request: IncomingMessage): Promise<Post> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, readonly string[]>();
    const files: PostedFile[] = [];
    let held = 0;
    let ended = false;
    const end = (settle: () => void): void => {
      if (ended) return;
      ended = true;
      settle();
    };
    const fail = (error: unknown): void =>
      end(() => {
        request.unpipe();
        request.resume();
        reject(asError(error));
      });
    const parser = openParser(request, fail);
    if (!parser) return;
    parser.on('field', (name, value, info) => {
      try {
        if (info.valueTruncated || info.nameTruncated)
          throw tooLarge(`the field ${name} is too long`);
        addField(fields, name, value);
      } catch (error) {
        fail(error);
      }
    });
    parser.on('file', (posted, stream, info) => {
      const chunks: Buffer[] = [];
      let together = false;
      const name = safeFileName(info.filename ?? '');
      stream.on('data', (chunk: Buffer) => {
        held += chunk.length;
        together ||= held > UPLOADS_BYTES;
        if (together) chunks.length = 0;
        else chunks.push(chunk);
      });
      stream.on('error', fail);
      stream.on('close', () => {
        const bytes = Buffer.concat(chunks);
        // A file control that was left alone is posted as a file without name and content.
        if ((info.filename ?? '') === '' && bytes.length === 0) return;
        try {
          const field = canonicalName(posted);
          if (stream.truncated === true) files.push({ field, name, refused: 'too-large' });
          else if (together) files.push({ field, name, refused: 'too-large-together' });
          else {
            const known = recogniseUpload(name, bytes);
            files.push(
              'refused' in known ? { field, name, ...known } : { field, name, ...known, bytes },
            );
          }
        } catch (error) {
          fail(error);
        }
      });
    });
    for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const) {
      parser.on(limit, () => fail(tooLarge(`the form went over its ${limit}`)));
    }
    parser.on('error', (error) => fail(broken(error)));
    parser.on('close', () => end(() => resolve({ fields, files })));
    request.on('aborted', () => fail(broken(new Error('the connection ended'))));
    request.pipe(parser);
  });
}

function openParser(request: IncomingMessage, fail: (error: unknown) => void) {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (error) {
    fail(broken(error));
    return undefined;
  }
}

function broken(cause: unknown): ConcordatError {
  return new ConcordatError('bad-request', 'the multipart form could not be read', {
    cause,
    userMessage: 'The form did not arrive whole. Go back and send it once more.',
  });
}
