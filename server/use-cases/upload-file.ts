import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import type { Services } from '../services.ts';
import type { DocumentInfo } from '../store/document-store.ts';
import { viewOf } from './read-instance.ts';
import { storeUpload, type Upload } from './store-upload.ts';

/**
 * Keeps a file for an instance, to be named by its hash in a form that is sent later. Only where
 * there is something for the asker to send: who may only read, adds nothing. Throws `not-allowed`.
 */
export async function uploadFile(
  services: Services,
  asker: Asker,
  instance: string,
  upload: Upload,
): Promise<DocumentInfo> {
  const visible = await visibleInstance(services, asker, instance);
  const view = await viewOf(services, asker, visible);
  if (!view.mayCorrect && !view.options.some(({ theirs }) => theirs)) {
    throw new ConcordatError('not-allowed', 'nothing here is theirs to send a file with', {
      userMessage:
        'There is nothing for you to send here at this point, so no file can be added. Look at what can be done now.',
    });
  }
  const { partnership } = visible.head.commit.origin;
  return storeUpload(services, { partnership, instance }, upload);
}
