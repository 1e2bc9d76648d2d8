import type { DocumentRenderer } from '../documents/document-renderer.ts';
import type { MailSender } from '../mail/mail-sender.ts';
import type { Store } from '../store/store.ts';
import type { Observer } from './observer.ts';

type AnyPort = Readonly<Record<string, (...given: readonly unknown[]) => Promise<unknown>>>;

/** The same store; each call of its ports is watched under a name such as `commits.append`. */
export function watchedStore(store: Store, observer: Observer): Store {
  if (!observer.heeds.has('store')) return store;
  const watched = Object.entries(store).map(([name, part]: [string, unknown]) =>
    typeof part === 'object' && part !== null
      ? [name, watchedPort(name, part as AnyPort, observer)]
      : [name, part],
  );
  const same: unknown = Object.fromEntries(watched);
  return same as Store;
}

/** Tells of things as they come: there is no answer to wait for. */
const HEARD = new Set(['tasks.listen']);

/** Everything else a port offers answers a promise. */
function watchedPort(name: string, port: AnyPort, observer: Observer): AnyPort {
  const methods = Object.entries(port).map(([method, call]) => {
    const operation = `${name}.${method}`;
    if (HEARD.has(operation)) return [method, call];
    const watched = (...given: readonly unknown[]): Promise<unknown> =>
      observer.watch('store', { operation }, () => call.apply(port, [...given]));
    return [method, watched];
  });
  return Object.fromEntries(methods) as AnyPort;
}

export function watchedMail(mail: MailSender, observer: Observer): MailSender {
  return {
    ...mail,
    send: (one) => observer.watch('mail', { way: mail.kind }, () => mail.send(one)),
  };
}

export function watchedDocuments(
  documents: DocumentRenderer,
  observer: Observer,
): DocumentRenderer {
  return {
    ...documents,
    render: (asked) => observer.watch('document', { job: 'render' }, () => documents.render(asked)),
    compare: (asked) =>
      observer.watch('document', { job: 'compare' }, () => documents.compare(asked)),
  };
}
